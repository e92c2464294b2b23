/** Which layers of a compressed file must stay float32 so that it holds its budget. */
import type { AgainstReport, OutputQuality } from "@congruent/core/schemas";
import type { ModelProto } from "@congruent/onnx";
import { compressedLayers, keepFloat } from "./keep-float.js";
import type { Layer, PairedLayers } from "./pair-layers.js";

export type Precision = NonNullable<AgainstReport["precision"]>;

/** What a model computes, measured against the first file; null where the runtime breaks on it. */
export type Measure = (model: ModelProto) => Promise<OutputQuality[] | null>;

/** With more layers than this each is not tried by itself: they are taken in the order of what they lose. */
const MOST_ALONE = 80;

/**
 * The layers that gain most when they are kept come first, as many as the budget takes; then each that is not needed is left out again.
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
  let runs = 0;
  const withKept = async (layers: readonly Layer[]) => {
    runs++;
    return (await measure(keepFloat(second, paired, layers))) ?? [];
  };
  const within = (quality: readonly OutputQuality[]) => quality.length > 0 && holds(quality);
  const answer = (keep: readonly Layer[], quality: OutputQuality[], said: string): Precision => ({
    keep: keep.map(({ first: { name, proto } }) => ({ node: name, opType: proto.opType })),
    candidates: candidates.length,
    holds: within(quality),
    runs,
    quality,
    said,
  });
  const none = await withKept([]);
  if (within(none)) return answer([], none, "the budget holds: nothing must stay float32");
  if (candidates.length === 0)
    return answer([], none, "no layer is compressed in a way that can be turned back");
  const all = await withKept(candidates);
  if (!within(all)) {
    const count = `${candidates.length} compressed layers`;
    return answer(candidates, all, `the budget does not hold even with all ${count} in float32`);
  }
  const gains = new Map<Layer, number>();
  for (const layer of candidates) {
    gains.set(layer, candidates.length > MOST_ALONE ? lost(layer) : worst(await withKept([layer])));
  }
  const order = candidates.toSorted((a, b) => (gains.get(b) as number) - (gains.get(a) as number));
  let [fails, enough] = [0, order.length];
  let quality = all;
  while (enough - fails > 1) {
    const middle = Math.floor((fails + enough) / 2);
    const found = await withKept(order.slice(0, middle));
    if (within(found)) [enough, quality] = [middle, found];
    else fails = middle;
  }
  let keep = order.slice(0, enough);
  for (const layer of keep.toReversed()) {
    const fewer = keep.filter((each) => each !== layer);
    const found = fewer.length === 0 ? none : await withKept(fewer);
    if (within(found)) [keep, quality] = [fewer, found];
  }
  const names = keep.map(({ first: { name } }) => name).join(", ");
  return answer(
    keep,
    quality,
    `with ${names} in float32 the budget holds (${keep.length} of ${candidates.length} compressed layers)`,
  );
}

/** Decibels of the worst output; a broken run is the worst of all. */
function worst(quality: readonly OutputQuality[]): number {
  if (quality.length === 0) return Number.NEGATIVE_INFINITY;
  return Math.min(
    ...quality.map(({ equal, snr, decisions }) =>
      equal || decisions?.kind === "label" ? Number.MAX_VALUE : (snr ?? Number.NEGATIVE_INFINITY),
    ),
  );
}
