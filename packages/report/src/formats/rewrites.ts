import type { AppliedRewrite } from "@congruent/core/schemas";

/**
 * What was rewritten in a model's file: where, for which runtimes, and what is there instead.
 *
 * @example
 * ```ts
 * const known = { rewrite: "r", fault: "f", versions: ">=1", link: "", runtimes: ["web-webgpu"], remedy: "a Pad" };
 * formatRewrites([{ ...known, nodes: ["conv2/Conv"], layers: ["conv2"] }]); // => "conv2 (node conv2/Conv) for web-webgpu: a Pad"
 * formatRewrites([]); // => "nothing"
 * ```
 */
export function formatRewrites(rewrites: readonly AppliedRewrite[]): string {
  if (rewrites.length === 0) return "nothing";
  return rewrites
    .map(({ nodes, layers, runtimes, remedy }) => {
      const named = `node ${nodes.join(", ")}`;
      const where = layers.length > 0 ? `${layers.join(", ")} (${named})` : named;
      return `${where} for ${runtimes.join(", ")}: ${remedy}`;
    })
    .join("; ");
}
