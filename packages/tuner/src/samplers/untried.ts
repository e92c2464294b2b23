import type { HyperparameterValues } from "@congruent/core/schemas";
import { drawsOf } from "../draws.js";
import { allPoints, pointKey } from "../space/points.js";
import type { SamplerContext } from "./sampler.js";

/** How often a point that was tried already is drawn again, as Keras Tuner. */
const COLLISIONS = 20;
/** Spaces with at most this many points are searched for what is left. */
const COUNTABLE = 100_000;
/** In a larger space a point that is new is found by drawing. */
const MOST_DRAWS = 10_000;

/**
 * A point that no trial has had: drawn again where it was tried before; after many such draws, any of those that are
 * left.
 *
 * @param draw gives a point for a key; another one for another attempt
 * @param key of this draw among the search's others
 * @returns null where every point has been tried
 */
export function untried(
  { space, trials, seed }: SamplerContext,
  key: string,
  draw: (key: string) => HyperparameterValues,
): HyperparameterValues | null {
  const tried = new Set(trials.map(({ values }) => pointKey(values)));
  const drawn = (from: number, to: number) => {
    for (let attempt = from; attempt <= to; attempt++) {
      const point = draw(`${key} ${attempt}`);
      if (!tried.has(pointKey(point))) return point;
    }
    return null;
  };
  const found = drawn(0, COLLISIONS);
  if (found) return found;
  const all = allPoints(space, COUNTABLE, "values");
  if (!all) return drawn(COLLISIONS + 1, MOST_DRAWS);
  const left = all.filter((point) => !tried.has(pointKey(point)));
  return left[Math.floor(drawsOf(seed, key, "left")() * left.length)] ?? null;
}

/** Says that a space has no more points. */
export function exhausted(trials: number): { kind: "done"; why: string } {
  return { kind: "done", why: `the search space is exhausted: all ${trials} combinations were tried` };
}
