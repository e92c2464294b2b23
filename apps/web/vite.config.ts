import { resolve } from "node:path";
import { defineConfig } from "vite";
import { modelsPlugin } from "./vite/models-plugin.ts";
import { reportStylesPlugin } from "./vite/report-styles-plugin.ts";

const here = import.meta.dirname;

/** Without these two a browser gives wasm no shared memory, so no threads. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  root: here,
  // Relative addresses: the folder works below any path of any host.
  base: "./",
  appType: "mpa",
  plugins: [
    modelsPlugin({ folder: process.env.CONGRUENT_MODELS ?? resolve(here, "../../models") }),
    reportStylesPlugin(),
  ],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // Pre-bundling would move ONNX Runtime away from its .wasm file.
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  build: {
    target: "es2023",
    sourcemap: false,
    // ONNX Runtime's .wasm is 26 MB whatever we do; the warning is about JavaScript.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: { draw: resolve(here, "index.html"), parity: resolve(here, "parity.html") },
    },
  },
  server: { headers: isolation },
  preview: { headers: isolation },
});
