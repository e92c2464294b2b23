/** Runs that were stopped early took fewer samples than others, and agreement on some samples says nothing of others. */
import { rows } from "@congruent/core";
import type { Ran, Rules } from "./cell-of.js";
import type { Tensors } from "./runner.js";

/** Samples that the same runs took. */
export interface Stretch {
  begin: number;
  /** Exclusive. */
  end: number;
}

/** Which samples are looked at. */
export interface Range {
  /** Default: 0. */
  from?: number;
  /** Exclusive. Default: all that there are. */
  to?: number;
}

/**
 * The samples that runs took, cut where one of them stopped. Where the inputs are one run's there is one stretch, of one sample.
 *
 * @example
 * ```ts
 * const runs = [3, 8, 8].map((samples) => ({ result: { samples } }));
 * const batching = { mode: "split", size: 2 };
 * stretchesOf(runs, { batching }); // => [{ begin: 0, end: 3 }, { begin: 3, end: 8 }]
 * stretchesOf(runs, { batching }, { from: 4 }); // => [{ begin: 4, end: 8 }]
 * ```
 */
export function stretchesOf(
  runs: readonly Pick<Ran, "result">[],
  { batching }: Pick<Rules, "batching">,
  { from = 0, to = Number.POSITIVE_INFINITY }: Range = {},
): Stretch[] {
  if (batching.mode === "once") return [{ begin: 0, end: 1 }];
  const ends = [...new Set(runs.map(({ result }) => Math.min(result.samples, to)))]
    .filter((end) => end > from)
    .toSorted((a, b) => a - b);
  return ends.map((end, index) => ({ begin: ends[index - 1] ?? from, end }));
}

/** Whether a run took all samples of a stretch. */
export function took({ result }: Pick<Ran, "result">, { end }: Stretch, { batching }: Rules): boolean {
  return batching.mode === "once" || result.samples >= end;
}

/** What a run gave for a stretch. */
export function outputsOn({ result }: Ran, { begin, end }: Stretch, { batching }: Rules): Tensors {
  if (batching.mode === "once") return result.outputs;
  return Object.fromEntries(
    Object.entries(result.outputs).map(([name, output]) => [name, rows(output, begin, end)]),
  );
}

export function labelsOn(labels: Rules["labels"], { begin, end }: Stretch): Rules["labels"] {
  return labels && Array.from(labels).slice(begin, end);
}
