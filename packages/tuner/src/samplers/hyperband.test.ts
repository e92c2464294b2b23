import { describe, expect, it } from "@jest/globals";
import { spaceOf } from "../space/space.js";
import { searched, trialWith } from "../testing/searched.js";
import { hyperbandPlan } from "./hyperband-plan.js";
import { samplerOf } from "./index.js";

/** Li et al., "Hyperband", JMLR 18 (2018), table 1: R = 81, eta = 3; [n_i, r_i] for s = 4 to 0. */
const TABLE = [
  [
    [81, 1],
    [27, 3],
    [9, 9],
    [3, 27],
    [1, 81],
  ],
  [
    [34, 3],
    [11, 9],
    [3, 27],
    [1, 81],
  ],
  [
    [15, 9],
    [5, 27],
    [1, 81],
  ],
  [
    [8, 27],
    [2, 81],
  ],
  [[5, 81]],
];
const space = [{ type: "float", name: "x", min: 0, max: 1 }] as const;

describe("hyperband", () => {
  it("has the brackets and rungs of the paper's table", () => {
    const plan = hyperbandPlan(81, 3);
    expect(plan.map(({ rungs }) => rungs.map(({ trials, epochs }) => [trials, epochs]))).toEqual(TABLE);
    expect(plan.map(({ halvings }) => halvings)).toEqual([4, 3, 2, 1, 0]);
  });

  it("has as many brackets as powers of the factor fit, where logarithms are off by a rounding error", () => {
    for (const power of [1, 2, 3, 4, 5, 6]) {
      expect(hyperbandPlan(3 ** power, 3)).toHaveLength(power + 1);
      expect(hyperbandPlan(3 ** power - 1, 3)).toHaveLength(power);
      expect(hyperbandPlan(10 ** power, 10)).toHaveLength(power + 1);
    }
  });

  it("runs them: the best of each rung advance, with the same values and more epochs", () => {
    const sampler = { name: "hyperband", maxEpochs: 81, factor: 3 };
    const { trials, why } = searched({
      sampler,
      space,
      seed: 5,
      trials: 1000,
      // What is better with few epochs is better with many.
      score: ({ x }, epochs) => Math.abs((x as number) - 0.3) + 1 / (epochs as number),
    });
    expect(why).toMatch(/every bracket/);
    const planned = TABLE.flat().reduce((sum, [n = 0]) => sum + n, 0);
    expect(trials).toHaveLength(planned);
    expect(samplerOf(sampler).total(spaceOf(space))).toBe(planned);
    for (const [b, rungs] of TABLE.entries()) {
      for (const [rung, [n, epochs]] of rungs.entries()) {
        const at = (r: number) =>
          trials.filter(({ sampler: note }) => note.bracket === 4 - b && note.rung === r);
        const here = at(rung);
        expect(here).toHaveLength(n as number);
        expect(new Set(here.map((trial) => trial.epochs))).toEqual(new Set([epochs]));
        if (rung === 0) continue;
        const survivors = at(rung - 1)
          .toSorted((p, q) => (p.score as number) - (q.score as number))
          .slice(0, n);
        expect(here.map(({ values }) => values.x)).toEqual(survivors.map(({ values }) => values.x));
        expect(here.map(({ sampler: note }) => note.from)).toEqual(survivors.map(({ id }) => id));
      }
    }
  });

  it("does not let failed trials advance: a rung may stay smaller", () => {
    const { trials } = searched({
      sampler: { name: "hyperband", maxEpochs: 9 },
      space,
      seed: 5,
      trials: 1000,
      score: ({ x }, epochs) => (epochs === 1 && (x as number) < 0.9 ? null : (x as number)),
    });
    const first = trials.filter(({ sampler }) => sampler.bracket === 2);
    const survivors = first.filter(({ sampler, status }) => sampler.rung === 0 && status === "completed");
    expect(survivors.length).toBeLessThan(3);
    expect(first.filter(({ sampler }) => sampler.rung === 1)).toHaveLength(survivors.length);
  });

  it("waits for a rung that still runs, and begins the next bracket meanwhile", () => {
    const sampler = samplerOf({ name: "hyperband", maxEpochs: 3 });
    const trials = [0, 1, 2].map((id) =>
      trialWith({
        id,
        values: { x: id / 10 },
        epochs: 1,
        status: "running",
        sampler: { iteration: 0, bracket: 1, rung: 0 },
      }),
    );
    const context = { space: spaceOf(space), direction: "min" as const, seed: 1 };
    const next = sampler.suggest({ ...context, trials });
    expect(next).toMatchObject({ kind: "trial", note: { bracket: 0, rung: 0 } });
    const more = [3, 4].map((id) =>
      trialWith({
        id,
        values: { x: id / 10 },
        epochs: 3,
        status: "running",
        sampler: { iteration: 0, bracket: 0, rung: 0 },
      }),
    );
    expect(sampler.suggest({ ...context, trials: [...trials, ...more] })).toEqual({ kind: "wait" });
  });
});
