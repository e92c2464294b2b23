/** Where the nodes ran, compared with where they should have. */
import { type RuntimeName, runtimeDefinition } from "@congruent/core";
import type { Placement } from "@congruent/core/schemas";
import type { PlacedNode } from "@congruent/runtime";

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
  const { ort } = runtimeDefinition(runtime);
  if (ort === null) return null;
  const expected = ort.profileName;
  const providers: Record<string, number> = {};
  for (const { provider } of placed) providers[provider] = (providers[provider] ?? 0) + 1;
  return {
    source: "ONNX Runtime's profile of the first batch",
    expected,
    providers,
    fallbacks: placed.filter(({ provider }) => provider !== expected),
  };
}

/** How many fallbacks a sentence names; a report's JSON has all. */
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
