import type { Trial } from "@congruent/core/schemas";

/** Completed trials, best first; of equal ones the earlier. */
export function ranked(trials: readonly Trial[], direction: "min" | "max"): Trial[] {
  const sign = direction === "max" ? -1 : 1;
  return trials
    .filter(({ status, score }) => status === "completed" && score !== null)
    .sort((a, b) => sign * ((a.score as number) - (b.score as number)) || a.id - b.id);
}
