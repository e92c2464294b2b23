/** What this browser can run models on. */
import { messageOf } from "@congruent/core";

export const WEB_RUNTIMES = ["web-wasm", "web-webgpu"] as const;
export type WebRuntime = (typeof WEB_RUNTIMES)[number];

export const RUNTIME_TITLES: Readonly<Record<WebRuntime, string>> = {
  "web-wasm": "WebAssembly",
  "web-webgpu": "WebGPU",
};

/** Why a runtime cannot be used here, or null when it can. */
export type Availability = Readonly<Record<WebRuntime, string | null>>;

export async function availability(): Promise<Availability> {
  return { "web-wasm": wasmReason(), "web-webgpu": await webgpuReason() };
}

function wasmReason(): string | null {
  return typeof WebAssembly === "object" ? null : "this browser has no WebAssembly";
}

async function webgpuReason(): Promise<string | null> {
  if (!isSecureContext) return "WebGPU needs https or localhost";
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  if (!gpu) return "this browser has no WebGPU";
  try {
    const adapter = await gpu.requestAdapter();
    return adapter ? null : "this browser knows WebGPU but finds no usable GPU";
  } catch (error) {
    return messageOf(error);
  }
}

/** Threads that WebAssembly may use: more than one only where the page is isolated from other origins. */
export function wasmThreads(): number {
  if (!crossOriginIsolated) return 1;
  return Math.max(1, Math.min(4, Math.ceil(navigator.hardwareConcurrency / 2)));
}
