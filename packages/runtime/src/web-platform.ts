/** ONNX Runtime in browsers, whichever of its builds an app carries. */
import { type BrowserRuntime, messageOf } from "@congruent/core/essentials";
import type { LosableDevice } from "./device-loss.js";
import { download } from "./download.js";
import { fromOrt, toOrt } from "./ort.js";
import { ortOptions } from "./ort-options.js";
import { PROVIDERS } from "./ort-runtimes.js";
import type { Candidate, Platform } from "./session.js";
import { Turns } from "./turns.js";

/** The parts of the browser's objects that are used here. */
interface Browser {
  isSecureContext?: boolean;
  WebAssembly?: object;
  crossOriginIsolated?: boolean;
  navigator?: {
    userAgent?: string;
    gpu?: { requestAdapter(): Promise<{ info?: Record<string, unknown> } | null> };
  };
}
const browser = globalThis as Browser;

/** Loads a build of ONNX Runtime. */
export type Build = () => Promise<typeof import("onnxruntime-web")>;

/**
 * All that enters ONNX Runtime takes turns: the WebGPU builds among themselves, as they share the GPU too, and the one without WebGPU, which
 * need not wait for a GPU that is stuck.
 */
const turns = { webgpu: new Turns(), wasm: new Turns() };

/** The files of each build, without their endings. */
const WASM: Readonly<Record<BrowserRuntime, string>> = {
  "web-wasm": "ort-wasm-simd-threaded",
  "web-jsep": "ort-wasm-simd-threaded.jsep",
  "web-webgpu": "ort-wasm-simd-threaded.asyncify",
};

/** JSEP is deprecated and another 28 MB: only where the native execution provider is there and computes wrongly. */
const CANDIDATES: readonly (Candidate & { runtime: BrowserRuntime })[] = [
  { runtime: "web-webgpu" },
  { runtime: "web-jsep", insteadOf: "web-webgpu" },
  { runtime: "web-wasm" },
];

/** A page's platform with the builds that are given: `web-wasm` is its default where it is one of them. */
export function webPlatform(builds: Partial<Readonly<Record<BrowserRuntime, Build>>>): Platform {
  const runtimes = Object.keys(builds) as BrowserRuntime[];
  return {
    runtimes,
    defaultRuntime: runtimes.includes("web-wasm") ? "web-wasm" : (runtimes[0] as BrowserRuntime),

    candidates: CANDIDATES.filter(({ runtime }) => runtimes.includes(runtime)),

    readFile: download,

    device: async () => `${browser.navigator?.userAgent} | ${await describeAdapter()}`,

    memory: async () => (await import("./memory.web.js")).memory,

    async whyUnavailable(runtime, { threads = 1 }) {
      const fix = async () => (await import("./remedy.js")).remedyOf(runtime);
      if (!browser.WebAssembly) return { why: "this browser has no WebAssembly", fix: await fix() };
      if (threads > 1 && !browser.crossOriginIsolated) {
        return {
          why: `${threads} threads need shared memory, which this page may not use because it is not cross-origin isolated`,
          fix: "serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or ask for 1 thread",
        };
      }
      const why = PROVIDERS[runtime] === "webgpu" ? await whyNoWebgpu() : null;
      return why === null ? null : { why, fix: await fix() };
    },

    async open(model, options) {
      const {
        runtime,
        threads,
        optimization,
        wasmPaths,
        profile = false,
        session: settings,
        signal,
      } = options;
      const webgpu = PROVIDERS[runtime] === "webgpu";
      const queue = webgpu ? turns.webgpu : turns.wasm;
      const folder =
        wasmPaths === undefined
          ? undefined
          : await (await import("./find-wasm.js")).findWasm(wasmPaths, WASM[runtime as BrowserRuntime]);
      const {
        env,
        InferenceSession,
        Tensor: OrtTensor,
      } = await (builds[runtime as BrowserRuntime] as Build)();
      const create = async () => {
        if (threads !== undefined) env.wasm.numThreads = threads;
        if (folder !== undefined) env.wasm.wasmPaths = folder;
        return InferenceSession.create(model, {
          ...ortOptions(PROVIDERS[runtime], settings),
          graphOptimizationLevel: optimization,
          logSeverityLevel: 3,
          enableProfiling: profile,
        });
      };
      const tap = profile ? (await import("./console-tap.js")).consoleTap : null;
      const session = await queue.take(() => (tap ? tap.during(create) : create()), signal);
      const device = webgpu ? ((await env.webgpu.device) as LosableDevice | undefined) : undefined;
      const guard = device
        ? (await import("./device-loss.js")).guardDevice(device)
        : <T>(work: () => Promise<T>) => work();
      const guarded = <T>(work: () => Promise<T>) => queue.take(() => guard(work));
      return {
        versions: { onnxruntime: env.versions.web ?? env.versions.common },
        adapter: webgpu ? await describeAdapter() : null,
        run: async (feeds) => fromOrt(await guarded(() => session.run(toOrt(OrtTensor, feeds)))),
        endProfile: async () =>
          (await guarded(async () => tap?.collect(async () => session.endProfiling()) ?? [])).join("\n"),
        // A lost device is reported by the release too.
        close: () => guarded(() => session.release()),
      };
    },
  };
}

async function whyNoWebgpu(): Promise<string | null> {
  if (browser.isSecureContext === false) return "WebGPU needs https or localhost";
  const gpu = browser.navigator?.gpu;
  if (!gpu) return "this browser has no WebGPU";
  try {
    return (await gpu.requestAdapter()) ? null : "this browser has WebGPU but finds no usable GPU";
  } catch (error) {
    return `this browser's WebGPU fails: ${messageOf(error)}`;
  }
}

/** Such as `google swiftshader SwiftShader Device (Subzero)`: browsers leave out parts that would identify a user. */
async function describeAdapter(): Promise<string | null> {
  const info = (await browser.navigator?.gpu?.requestAdapter())?.info;
  if (!info) return null;
  // The properties are on the prototype, so they are named here.
  const parts = ["vendor", "architecture", "device", "description"].map((key) => info[key]);
  return parts.filter((part) => typeof part === "string" && part !== "").join(" ") || "unnamed adapter";
}
