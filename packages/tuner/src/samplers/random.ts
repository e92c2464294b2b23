import { strictObject } from "@congruent/core/schemas";
import { randomPoint } from "./random-point.js";
import type { Sampler } from "./sampler.js";
import { exhausted, untried } from "./untried.js";

/** Draws every trial independently, as Keras Tuner's RandomSearch; no point twice. */
export const random: Sampler = {
  name: "random",
  options: strictObject({}),
  total: () => null,
  suggest(context) {
    const { space, trials, seed } = context;
    const values = untried(context, `trial ${trials.length}`, (key) => randomPoint(space, seed, key));
    return values ? { kind: "trial", values } : exhausted(trials.length);
  },
};
