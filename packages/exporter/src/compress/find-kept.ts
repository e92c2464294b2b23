/** Which nodes stay float32. */
import type { Compressed, OutputQuality } from "@congruent/core/schemas";
import { type KeptSearch, searchKept } from "@congruent/parity";
import type { CompressedNode } from "@congruent/passes";

/** Nothing is known of what a node loses: where there are many, later ones are kept first, as errors before them have less to do with them. */
export async function findKept({
  candidates,
  measure,
  holds,
}: Omit<KeptSearch<CompressedNode>, "lost">): Promise<Compressed["search"]> {
  const found = await searchKept({ candidates, measure, holds, lost: (node) => candidates.indexOf(node) });
  const { keep, runs } = found;
  const quality = [...found.quality] as OutputQuality[];
  const whole = keep.length === candidates.length;
  return {
    kept: [...keep],
    candidates: candidates.length,
    // A file in which nothing is compressed is none.
    holds: found.holds && !whole,
    runs,
    quality,
    said: said(keep, candidates.length, found.holds),
  };
}

function said(keep: readonly CompressedNode[], candidates: number, holds: boolean): string {
  if (!holds) return "the budget does not hold even with every node in float32";
  if (keep.length === 0) return "the budget holds: nothing must stay float32";
  if (keep.length === candidates) return "the budget holds only with every node in float32";
  const names = keep.map(({ node }) => node).join(", ");
  return `the budget holds with ${names} in float32 (${keep.length} of ${candidates} nodes)`;
}
