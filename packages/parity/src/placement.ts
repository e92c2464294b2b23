/** Where the nodes ran, held against where they should have. */
import type { Placement, RuntimeName } from "@congruent/core";
import type { PlacedNode } from "@congruent/runtime";

/** The execution provider that each of ONNX Runtime's runtimes stands for, as its profile calls it. */
const PROVIDERS: Readonly<Partial<Record<RuntimeName, string>>> = {
  "node-cpu": "CPUExecutionProvider",
  "node-webgpu": "WebGpuExecutionProvider",
  "node-cuda": "CUDAExecutionProvider",
  "web-wasm": "CPUExecutionProvider",
  "web-webgpu": "WebGpuExecutionProvider",
};

/**
 * @param placed the nodes as ONNX Runtime's profile lists them
 * @example
 * ```ts
 * const placed = [
 *   { node: "conv", opType: "Conv", provider: "WebGpuExecutionProvider" },
 *   { node: "shape", opType: "Shape", provider: "CPUExecutionProvider" },
 * ];
 * const { providers, fallbacks } = placementOf("web-webgpu", placed);
 * providers; // => { WebGpuExecutionProvider: 1, CPUExecutionProvider: 1 }
 * fallbacks.map(({ node }) => node); // => ["shape"]
 * ```
 */
export function placementOf(runtime: RuntimeName, placed: readonly PlacedNode[]): Placement | null {
  const expected = PROVIDERS[runtime];
  if (expected === undefined) return null;
  const providers: Record<string, number> = {};
  for (const { provider } of placed) providers[provider] = (providers[provider] ?? 0) + 1;
  return {
    source: "ONNX Runtime's profile of the first batch",
    expected,
    providers,
    fallbacks: placed.filter(({ provider }) => provider !== expected),
  };
}

/** Fallbacks that a sentence names; a report's JSON has all. */
const NAMED = 5;

/** Which nodes ran elsewhere, in one sentence; null where none did. */
export function fallbackSentence({ expected, providers, fallbacks }: Placement): string | null {
  if (fallbacks.length === 0) return null;
  const total = Object.values(providers).reduce((sum, count) => sum + count, 0);
  const named = fallbacks
    .slice(0, NAMED)
    .map(({ node, opType, provider }) => `${node} (${opType}) on ${provider}`);
  const more = fallbacks.length > NAMED ? ` and ${fallbacks.length - NAMED} more` : "";
  return `${fallbacks.length} of ${total} nodes did not run on ${expected}: ${named.join(", ")}${more}`;
}
