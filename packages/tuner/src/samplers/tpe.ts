import { type HyperparameterValue, type HyperparameterValues, strictObject } from "@congruent/core/schemas";
import { z } from "zod";
import { drawsOf } from "../draws.js";
import { pointOf } from "../space/points.js";
import { parzenOf } from "./parzen.js";
import { randomPoint } from "./random-point.js";
import { ranked } from "./ranked.js";
import type { Sampler, SamplerContext } from "./sampler.js";
import { exhausted, untried } from "./untried.js";

const options = strictObject({
  /** Trials drawn at random before the first estimate. */
  startupTrials: z.int().min(1).default(10),
  /** Values drawn from the good trials' density, of which the most promising is taken. */
  candidates: z.int().positive().default(24),
  /** The share of the trials that counts as good; never more than 25 of them. */
  gamma: z.number().gt(0).lt(1).default(0.1),
});

/** More good trials than these blur what made them good. */
const MOST_GOOD = 25;

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011): densities l of the good trials' values and g of the others', the
 * value with the largest l / g of some drawn from l. Each hyper-parameter by itself, from the trials in which it was active;
 * bandwidths, weights and defaults as Optuna's TPESampler. A trial that still runs counts among the others.
 */
export const tpe: Sampler<z.output<typeof options>> = {
  name: "tpe",
  options,
  total: () => null,
  suggest(context, settings) {
    const { space, trials, seed } = context;
    const point =
      trials.length < settings.startupTrials
        ? (key: string) => randomPoint(space, seed, key)
        : (key: string) => promisingPoint(context, settings, key);
    const values = untried(context, `trial ${trials.length}`, point);
    return values ? { kind: "trial", values } : exhausted(trials.length);
  },
};

function promisingPoint(
  { space, trials, direction, seed }: SamplerContext,
  { candidates, gamma }: z.output<typeof options>,
  key: string,
): HyperparameterValues {
  const order = ranked(trials, direction);
  const best = new Set(order.slice(0, Math.min(MOST_GOOD, Math.ceil(gamma * order.length))));
  return pointOf(space, ({ name }) => {
    const domain = space.domain(name);
    const seen = trials.filter(({ values }) => Object.hasOwn(values, name));
    const parzen = (isGood: boolean) =>
      parzenOf(
        domain,
        seen
          .filter((trial) => best.has(trial) === isGood)
          .map(({ values }) => values[name] as HyperparameterValue),
      );
    const [good, others] = [parzen(true), parzen(false)];
    const next = drawsOf(seed, key, name);
    let chosen = domain.default;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < candidates; i++) {
      const value = domain.at(good.sample(next));
      const cell = domain.cell(value);
      const promise = Math.log(good.likelihood(cell)) - Math.log(others.likelihood(cell));
      if (promise > most) [chosen, most] = [value, promise];
    }
    return chosen;
  });
}
