import { strictObject } from "@congruent/core/schemas";
import { allPoints, defaultPoint, nextPoint } from "../space/points.js";
import type { Sampler } from "./sampler.js";
import { exhausted } from "./untried.js";

/** How many points are counted for the progress at most. */
const COUNTED = 10_000;

/**
 * Goes through all combinations in the order of Keras Tuner's GridSearch: the last hyper-parameter changes fastest, each
 * begins with its default; of ranges without steps it takes ten values.
 */
export const grid: Sampler = {
  name: "grid",
  options: strictObject({}),
  total: (_options, space) => allPoints(space, COUNTED, "grid")?.length ?? null,
  suggest({ space, trials }) {
    const last = trials.at(-1);
    const values = last ? nextPoint(space, last.values, "grid") : defaultPoint(space);
    return values ? { kind: "trial", values } : exhausted(trials.length);
  },
};
