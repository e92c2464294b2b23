import { strictObject, type Trial } from "@congruent/core/schemas";
import { z } from "zod";
import { type Bracket, hyperbandPlan } from "./hyperband-plan.js";
import { randomPoint } from "./random-point.js";
import { ranked } from "./ranked.js";
import type { Sampler, SamplerContext, Suggestion } from "./sampler.js";
import { untried } from "./untried.js";

const options = strictObject({
  /** Epochs of those that come furthest. */
  maxEpochs: z.int().positive().default(100),
  /** One in this many advances to the next rung, which has this many times the epochs. */
  factor: z.int().min(2).default(3),
  /** How often all brackets are run. */
  iterations: z.int().positive().default(1),
});

/**
 * Hyperband: many configurations for few epochs, the best of them for more. A configuration that advances to the next rung is trained
 * from the beginning, with a schedule that fits the longer training.
 *
 * A rung waits until the one before it has ended; meanwhile, where trials run side by side, the next bracket begins.
 */
export const hyperband: Sampler<z.output<typeof options>> = {
  name: "hyperband",
  options,
  total({ maxEpochs, factor, iterations }) {
    const rungs = hyperbandPlan(maxEpochs, factor).flatMap((bracket) => bracket.rungs);
    return iterations * rungs.reduce((sum, { trials }) => sum + trials, 0);
  },
  suggest(context, { maxEpochs, factor, iterations }) {
    let waiting = false;
    for (let iteration = 0; iteration < iterations; iteration++) {
      for (const bracket of hyperbandPlan(maxEpochs, factor)) {
        const next = nextOf(context, bracket, iteration);
        if (next?.kind === "trial") return next;
        waiting ||= next?.kind === "wait";
      }
    }
    return waiting ? { kind: "wait" } : { kind: "done", why: "every bracket has been run" };
  },
};

/** What a bracket needs next; null when it has all. */
function nextOf(context: SamplerContext, bracket: Bracket, iteration: number): Suggestion | null {
  const { space, trials, direction, seed } = context;
  const of = { iteration, bracket: bracket.halvings };
  let before: Trial[] = [];
  for (const [rung, { trials: wanted, epochs }] of bracket.rungs.entries()) {
    const begun = trials.filter(
      ({ sampler }) =>
        sampler.iteration === iteration && sampler.bracket === bracket.halvings && sampler.rung === rung,
    );
    // Failed trials do not advance: a rung may have fewer than planned.
    const best = ranked(before, direction).slice(0, wanted);
    const size = rung === 0 ? wanted : best.length;
    if (begun.length < size) {
      const from = best[begun.length];
      if (from) {
        return { kind: "trial", values: from.values, epochs, note: { ...of, rung, from: from.id } };
      }
      const key = `${iteration} ${bracket.halvings} ${begun.length}`;
      const values = untried(context, key, (draw) => randomPoint(space, seed, draw));
      if (values) return { kind: "trial", values, epochs, note: { ...of, rung, from: null } };
      // A small space: the bracket continues with fewer.
    }
    if (begun.some(({ status }) => status === "running")) return { kind: "wait" };
    before = begun;
  }
  return null;
}
