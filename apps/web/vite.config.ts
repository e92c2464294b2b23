import { resolve } from "node:path";
import { defaultClientConditions, defineConfig } from "vite";
import { modelsPlugin } from "./vite/models-plugin.ts";
import { reportStylesPlugin } from "./vite/report-styles-plugin.ts";
import { resultsPlugin } from "./vite/results-plugin.ts";

const here = import.meta.dirname;

const models = process.env.CONGRUENT_MODELS ?? resolve(here, "../../models");

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
  // The packages' sources, which need no build before.
  resolve: { conditions: ["@congruent/source", ...defaultClientConditions] },
  plugins: [modelsPlugin({ folder: models }), resultsPlugin({ folder: models }), reportStylesPlugin()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // Pre-bundling would move ONNX Runtime away from its .wasm file.
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  build: {
    target: "es2023",
    sourcemap: false,
    // Of JavaScript, the charts of the results page are the most.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: Object.fromEntries(
        ["index", "parity", "results"].map((page) => [page, resolve(here, `${page}.html`)]),
      ),
    },
  },
  server: { headers: isolation },
  preview: { headers: isolation },
});
