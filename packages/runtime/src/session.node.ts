/** ONNX Runtime in Node. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NODE_ORT_RUNTIMES } from "@congruent/core/essentials";
import { download } from "./download.js";
import { fromOrt, toOrt } from "./ort.js";
import { ortOptions } from "./ort-options.js";
import { PROVIDERS } from "./ort-runtimes.js";
import type { Platform } from "./session.js";
import { withoutTelemetry } from "./without-telemetry.js";

/**
 * Loaded with the first model: an app that imports this package may never need it, and it takes longer than all the rest. Kept, as asking for a
 * module again takes its time where the process has hooks for modules.
 */
let ort: Promise<typeof import("onnxruntime-node")> | null = null;
let files: Promise<typeof import("@congruent/onnx/model-bytes")> | null = null;

async function onnxruntime() {
  withoutTelemetry();
  ort ??= import("onnxruntime-node");
  // ONNX Runtime also throws the errors that it logs. The log would appear in the middle of a command's output.
  (await ort).env.logLevel = "fatal";
  return ort;
}

export const platform: Platform = {
  runtimes: NODE_ORT_RUNTIMES,
  defaultRuntime: "node-cpu",

  candidates: [{ runtime: "node-cuda" }, { runtime: "node-webgpu" }, { runtime: "node-cpu" }],

  async readFile(source, options) {
    const text = String(source);
    if (/^(https?|data|blob):/.test(text)) return download(text, options);
    files ??= import("@congruent/onnx/model-bytes");
    return (await files).modelFileBytes(pathOf(text));
  },

  async readWhole(source) {
    // Only for such models: it brings the generated classes of ONNX's format.
    const { readModelBytes } = await import("@congruent/onnx/files");
    return readModelBytes(pathOf(String(source)));
  },

  async whyUnavailable() {
    return null;
  },

  async device() {
    const { version, platform: system, arch, env: variables } = process;
    const [processor] = cpus();
    // The files that name the GPU's driver.
    const drivers = variables.VK_ICD_FILENAMES ?? variables.VK_DRIVER_FILES ?? "";
    return [version, system, arch, release(), processor?.model ?? "", drivers].join(" | ");
  },

  memory: async () => (await import("./memory.node.js")).memory,

  async open(model, { runtime, threads, optimization, profile, session: settings }) {
    const folder = profile ? await mkdtemp(join(tmpdir(), "congruent-profile-")) : null;
    const { env, InferenceSession, Tensor: OrtTensor } = await onnxruntime();
    // ONNX Runtime throws when a listed provider cannot be loaded: it does not fall back to the CPU.
    const session = await InferenceSession.create(model, {
      ...ortOptions(PROVIDERS[runtime], settings),
      graphOptimizationLevel: optimization,
      logSeverityLevel: 3,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      ...(folder === null ? {} : { enableProfiling: true, profileFilePrefix: join(folder, "profile") }),
    }).catch(async (error: unknown) => {
      if (folder !== null) await rm(folder, { recursive: true });
      throw error;
    });
    return {
      versions: { onnxruntime: env.versions.node ?? env.versions.common, node: process.versions.node },
      adapter: null,
      run: async (feeds) => fromOrt(await session.run(toOrt(OrtTensor, feeds))),
      async endProfile() {
        session.endProfiling();
        const [file = ""] = folder === null ? [] : await readdir(folder);
        return readFile(join(folder ?? "", file), "utf8");
      },
      async close() {
        await session.release();
        if (folder !== null) await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

function pathOf(text: string): string {
  return text.startsWith("file:") ? fileURLToPath(text) : text;
}
