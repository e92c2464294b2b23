/** What this browser can run models on. */
import { whyUnavailable } from "@congruent/runtime";

export const WEB_RUNTIMES = ["web-wasm", "web-webgpu"] as const;
export type WebRuntime = (typeof WEB_RUNTIMES)[number];

export const RUNTIME_TITLES: Readonly<Record<WebRuntime, string>> = {
  "web-wasm": "WebAssembly",
  "web-webgpu": "WebGPU",
};

/** Why a runtime cannot be used here, or null when it can. */
export type Availability = Readonly<Record<WebRuntime, string | null>>;

export async function availability(): Promise<Availability> {
  const [wasm, webgpu] = await Promise.all(WEB_RUNTIMES.map((runtime) => whyUnavailable(runtime)));
  return { "web-wasm": wasm?.why ?? null, "web-webgpu": webgpu?.why ?? null };
}

/** Threads that WebAssembly may use: more than one only where the page is isolated from other origins. */
export function wasmThreads(): number {
  if (!crossOriginIsolated) return 1;
  return Math.max(1, Math.min(4, Math.ceil(navigator.hardwareConcurrency / 2)));
}
