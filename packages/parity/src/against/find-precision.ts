/** Which layers of a compressed file must stay float32 so that it holds its budget. */
import type { AgainstReport, OutputQuality } from "@congruent/core/schemas";
import type { ModelProto } from "@congruent/onnx";
import { compressedLayers, keepFloat } from "./keep-float.js";
import type { Layer, PairedLayers } from "./pair-layers.js";
import { searchKept } from "./search-kept.js";

export type Precision = NonNullable<AgainstReport["precision"]>;

/** What a model computes, measured against the first file; null where the runtime breaks on it. */
export type Measure = (model: ModelProto) => Promise<OutputQuality[] | null>;

/**
 * The fewest layers of a file that somebody else compressed, turned back one by one.
 *
 * @param holds whether a file with these outputs is within the budget
 * @param lost decibels that a layer loses, where they are known
 */
export async function findPrecision(
  second: ModelProto,
  paired: PairedLayers,
  measure: Measure,
  holds: (quality: readonly OutputQuality[]) => boolean,
  lost: (layer: Layer) => number,
): Promise<Precision> {
  const candidates = compressedLayers(second, paired);
  const found = await searchKept({
    candidates,
    measure: (kept) => measure(keepFloat(second, paired, kept)),
    holds,
    lost,
  });
  const keep = found.keep.map(({ first: { name, proto } }) => ({ node: name, opType: proto.opType }));
  return {
    ...found,
    keep,
    candidates: candidates.length,
    quality: [...found.quality],
    said: said(keep, candidates.length, found.holds),
  };
}

function said(keep: Precision["keep"], candidates: number, holds: boolean): string {
  if (holds && keep.length === 0) return "the budget holds: nothing must stay float32";
  if (candidates === 0) return "no layer is compressed in a way that can be turned back";
  if (!holds) return `the budget does not hold even with all ${candidates} compressed layers in float32`;
  const names = keep.map(({ node }) => node).join(", ");
  return `with ${names} in float32 the budget holds (${keep.length} of ${candidates} compressed layers)`;
}
