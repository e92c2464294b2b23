/** Which parts of a compressed model must stay float32 so that it holds its budget. */
import type { OutputQuality } from "@congruent/core/schemas";

export interface KeptSearch<T> {
  candidates: readonly T[];
  /** The outputs with these kept, measured against the first file; null where the runtime breaks. */
  measure(kept: readonly T[]): Promise<readonly OutputQuality[] | null>;
  /** Whether a file with these outputs is within the budget. */
  holds(quality: readonly OutputQuality[]): boolean;
  /** Decibels that one loses, where it is known without a run. */
  lost(one: T): number;
}

export interface Kept<T> {
  keep: readonly T[];
  holds: boolean;
  quality: readonly OutputQuality[];
  runs: number;
}

/** With more candidates than this each is not tried by itself: they are taken in the order of what they lose. */
const MOST_ALONE = 80;

/** Those that gain most when they are kept come first, as many as the budget takes; then each that is not needed is left out again. */
export async function searchKept<T>({ candidates, measure, holds, lost }: KeptSearch<T>): Promise<Kept<T>> {
  let runs = 0;
  const withKept = async (kept: readonly T[]) => {
    runs++;
    return (await measure(kept)) ?? [];
  };
  const within = (quality: readonly OutputQuality[]) => quality.length > 0 && holds(quality);
  const answer = (keep: readonly T[], quality: readonly OutputQuality[]): Kept<T> => ({
    keep,
    holds: within(quality),
    quality,
    runs,
  });
  const none = await withKept([]);
  if (within(none) || candidates.length === 0) return answer([], none);
  const all = await withKept(candidates);
  if (!within(all)) return answer(candidates, all);
  const gains = new Map<T, number>();
  for (const one of candidates) {
    gains.set(one, candidates.length > MOST_ALONE ? lost(one) : worst(await withKept([one])));
  }
  const order = candidates.toSorted((a, b) => (gains.get(b) as number) - (gains.get(a) as number));
  let [fails, enough] = [0, order.length];
  let quality: readonly OutputQuality[] = all;
  while (enough - fails > 1) {
    const middle = Math.floor((fails + enough) / 2);
    const found = await withKept(order.slice(0, middle));
    if (within(found)) [enough, quality] = [middle, found];
    else fails = middle;
  }
  let keep = order.slice(0, enough);
  for (const one of keep.toReversed()) {
    const fewer = keep.filter((each) => each !== one);
    const found = fewer.length === 0 ? none : await withKept(fewer);
    if (within(found)) [keep, quality] = [fewer, found];
  }
  return answer(keep, quality);
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
