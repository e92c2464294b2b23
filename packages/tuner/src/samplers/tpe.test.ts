import {
  type HyperparameterInput,
  type HyperparameterValue,
  type HyperparameterValues,
  hyperparameterSchema,
} from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { drawsOf } from "../draws.js";
import { domainOf } from "../space/index.js";
import { fixture } from "../testing/fixture.js";
import { searched } from "../testing/searched.js";
import { parzenOf } from "./parzen.js";

const cases =
  fixture<
    {
      hyperparameter: HyperparameterInput;
      observations: HyperparameterValue[];
      points: HyperparameterValue[];
      logDensities: number[];
    }[]
  >("optuna-parzen.json");

describe("the Parzen estimators", () => {
  it.each(cases)("are Optuna's: $hyperparameter after $observations", (known) => {
    const domain = domainOf(hyperparameterSchema.parse(known.hyperparameter));
    const parzen = parzenOf(domain, known.observations);
    for (const [i, point] of known.points.entries()) {
      const own = Math.log(parzen.likelihood(domain.cell(point)));
      expect(Math.abs(own - (known.logDensities[i] as number))).toBeLessThan(1e-9);
    }
  });

  it("draw from the density that they state, by a chi-square test", () => {
    const domain = domainOf(hyperparameterSchema.parse({ type: "int", name: "x", min: 0, max: 9 }));
    const parzen = parzenOf(domain, [2, 3, 3, 8]);
    const next = drawsOf(1, "parzen");
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 5000; i++) {
      const value = domain.at(parzen.sample(next)) as number;
      counts[value] = (counts[value] as number) + 1;
    }
    const statistic = counts.reduce((sum, n, value) => {
      const expected = 5000 * parzen.likelihood(domain.cell(value));
      return sum + (n - expected) ** 2 / expected;
    }, 0);
    // The upper 0.1 % point with 9 degrees of freedom.
    expect(statistic).toBeLessThan(27.877);
  });
});

interface Problem {
  space: HyperparameterInput[];
  f: (values: HyperparameterValues) => number;
}

const PROBLEMS: Record<string, Problem> = {
  /** A bowl with its bottom at (2, -1). */
  quadratic: {
    space: ["x", "y"].map((name) => ({ type: "float", name, min: -5, max: 5 })),
    f: ({ x, y }) => (Number(x) - 2) ** 2 + (Number(y) + 1) ** 2,
  },
  /** Branin: three equal minima. */
  branin: {
    space: [
      { type: "float", name: "x", min: -5, max: 10 },
      { type: "float", name: "y", min: 0, max: 15 },
    ],
    f: (values) => {
      const [x, y] = [Number(values.x), Number(values.y)];
      const bent = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
      return bent ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
    },
  },
  /** A choice, a logarithmic rate, whole steps, and a number that is there with one choice only. */
  mixed: {
    space: [
      { type: "choice", name: "kind", values: ["a", "b", "c"] },
      { type: "float", name: "rate", min: 1e-5, max: 1, sampling: "log" },
      { type: "int", name: "units", min: 32, max: 512, step: 32 },
      { type: "float", name: "more", min: 0, max: 1, when: [{ name: "kind", values: ["b"] }] },
    ],
    f: ({ kind, rate, units, more = 1 }) =>
      (Math.log10(Number(rate)) + 3) ** 2 +
      ((Number(units) - 320) / 160) ** 2 +
      { a: 2, b: 0, c: 1 }[kind as "a" | "b" | "c"] +
      Number(more),
  },
};

/**
 * Wilcoxon's signed-rank test of paired numbers, one-sided and exact: how likely it is that chance alone puts `small` so
 * far below `large`.
 */
function signedRankTest(small: readonly number[], large: readonly number[]): number {
  const differences = small.map((value, i) => (large[i] as number) - value);
  const ranked = differences.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const against = ranked.reduce((sum, difference, i) => sum + (difference <= 0 ? i + 1 : 0), 0);
  // In how many of the 2^n ways of signs the ranks against sum to each number.
  const ways = ranked.reduce<number[]>(
    (before, _, i) =>
      Array.from(
        { length: before.length + i + 1 },
        (_, sum) => (before[sum] ?? 0) + (before[sum - i - 1] ?? 0),
      ),
    [1],
  );
  const rarer = ways.slice(0, against + 1).reduce((sum, count) => sum + count, 0);
  return rarer / 2 ** ranked.length;
}

describe("TPE finds a better minimum than random search in 60 trials, seed by seed", () => {
  // Over 20 seeds: p = 3e-6, 4e-5 and 1e-4.
  it.each(Object.entries(PROBLEMS))(
    "of %s",
    (_, { space, f }) => {
      const best = (name: string, seed: number) => {
        const { trials } = searched({ sampler: { name }, space, seed, trials: 60, score: f });
        return Math.min(...trials.map(({ score }) => score as number));
      };
      const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
      const bests = (name: string) => seeds.map((seed) => best(name, seed));
      expect(signedRankTest(bests("tpe"), bests("random"))).toBeLessThan(0.001);
    },
    120_000,
  );

  it("(the test's own tail is that of Wilcoxon's tables: for n = 5, P(W ≤ 0) = 1/32 and P(W ≤ 3) = 5/32)", () => {
    expect(signedRankTest([0, 0, 0, 0, 0], [1, 2, 3, 4, 5])).toBe(1 / 32);
    // 1 + 2 against: subsets of {1 … 5} with a sum of at most 3 are {}, {1}, {2}, {3} and {1, 2}.
    expect(signedRankTest([1, 2, 0, 0, 0], [0, 0, 3, 4, 5])).toBe(5 / 32);
  });
});
