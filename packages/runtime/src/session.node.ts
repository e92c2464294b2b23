/** ONNX Runtime in Node. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NODE_ORT_RUNTIMES, runtimeDefinition } from "@congruent/core";
import { readModelBytes } from "@congruent/onnx/files";
import { env, InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { fetchModel } from "./model-source.js";
import { fromOrt, toOrt } from "./ort.js";
import { ortOptions } from "./ort-options.js";
import type { Platform } from "./session.js";
import { withoutTelemetry } from "./without-telemetry.js";

// ONNX Runtime also throws the errors that it logs. The log would appear in the middle of a command's output.
env.logLevel = "fatal";

export const platform: Platform = {
  runtimes: NODE_ORT_RUNTIMES,
  defaultRuntime: "node-cpu",

  async readModel(source) {
    const text = String(source);
    if (/^https?:/.test(text)) return fetchModel(text);
    const path = text.startsWith("file:") ? fileURLToPath(text) : text;
    return readModelBytes(path);
  },

  async whyUnavailable() {
    return null;
  },

  async open(model, { runtime, threads, optimization, profile, session: settings }) {
    const folder = profile ? await mkdtemp(join(tmpdir(), "congruent-profile-")) : null;
    withoutTelemetry();
    // ONNX Runtime throws when a listed provider cannot be loaded: it does not fall back to the CPU.
    const session = await InferenceSession.create(model, {
      ...ortOptions(runtimeDefinition(runtime).ort.name, settings),
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
