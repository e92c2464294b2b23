import type { HyperparameterInput } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { drawsOf } from "../draws.js";
import { spaceOf } from "../space/space.js";
import { searched } from "../testing/searched.js";
import { randomPoint } from "./random-point.js";

const DRAWS = 8000;
/** Upper 0.1 % points of the chi-square distribution by its degrees of freedom (Abramowitz and Stegun, table 26.8). */
const CRITICAL: Record<number, number> = { 1: 10.828, 2: 13.816, 4: 18.467, 9: 27.877, 15: 37.697 };

function chiSquare(bins: readonly number[], count: number): number {
  const counts = Array.from({ length: count }, () => 0);
  for (const bin of bins) counts[bin] = (counts[bin] as number) + 1;
  const expected = bins.length / count;
  return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

describe("random draws are uniform by a chi-square test", () => {
  const units = { type: "int", name: "units", min: 32, max: 512, step: 32 } as const;
  it.each<[string, HyperparameterInput, number, (value: never) => number]>([
    ["steps", units, 16, (value: number) => value / 32 - 1],
    [
      "steps of a float",
      { type: "float", name: "x", min: 0.1, max: 0.5, step: 0.1 },
      5,
      (value: number) => Math.round(value * 10) - 1,
    ],
    ["a range", { type: "float", name: "x", min: -3, max: 7 }, 10, (value: number) => Math.floor(value + 3)],
    [
      "a logarithmic range: equal ratios are equally likely",
      { type: "float", name: "x", min: 1e-5, max: 1, sampling: "log" },
      10,
      (value: number) => Math.floor((Math.log10(value) + 5) * 2),
    ],
    [
      "ratios",
      { type: "int", name: "x", min: 16, max: 256, step: 2, sampling: "log" },
      5,
      (value: number) => Math.log2(value) - 4,
    ],
    [
      "choices",
      { type: "choice", name: "x", values: ["a", "b", "c"] },
      3,
      (value: string) => "abc".indexOf(value),
    ],
    ["booleans", { type: "boolean", name: "x" }, 2, (value: boolean) => Number(value)],
  ])("over %s", (_, hp, bins, binOf) => {
    const space = spaceOf([hp]);
    const drawn = Array.from(
      { length: DRAWS },
      (_, i) => randomPoint(space, 7, `trial ${i} 0`)[hp.name] as never,
    );
    expect(chiSquare(drawn.map(binOf), bins)).toBeLessThan(CRITICAL[bins - 1] as number);
  });

  it("over the pairs of two hyper-parameters, and over successive trials: they are independent", () => {
    const names = ["a", "b"] as const;
    const space = spaceOf(names.map((name) => ({ type: "int", name, min: 0, max: 3 })));
    const points = Array.from({ length: DRAWS }, (_, i) => randomPoint(space, 3, `trial ${i} 0`));
    const both = points.map(({ a, b }) => 4 * (a as number) + (b as number));
    const after = points
      .slice(1)
      .map(({ a }, i) => 4 * (a as number) + ((points[i] as (typeof points)[0]).a as number));
    for (const bins of [both, after]) expect(chiSquare(bins, 16)).toBeLessThan(CRITICAL[15] as number);
  });

  it("within one key", () => {
    const next = drawsOf(1, "key");
    const bins = Array.from({ length: DRAWS }, () => Math.floor(next() * 10));
    expect(chiSquare(bins, 10)).toBeLessThan(CRITICAL[9] as number);
  });
});

describe("random search", () => {
  const space: HyperparameterInput[] = [
    { type: "int", name: "a", min: 0, max: 4 },
    { type: "boolean", name: "b" },
  ];
  const all = (seed: number, trials = 100) =>
    searched({ sampler: { name: "random" }, space, seed, trials, score: () => 0 });

  it("tries no point twice, all of a small space, and says that it is exhausted", () => {
    const { trials, why } = all(1);
    expect(new Set(trials.map(({ values }) => JSON.stringify(values))).size).toBe(10);
    expect(trials).toHaveLength(10);
    expect(why).toBe("the search space is exhausted: all 10 combinations were tried");
  });

  it("draws by the seed alone", () => {
    const values = (seed: number) => JSON.stringify(all(seed, 5).trials.map((trial) => trial.values));
    expect(values(1)).toBe(values(1));
    expect(values(1)).not.toBe(values(2));
  });

  it("does not take a space for exhausted whose other half holds any number", () => {
    const { trials } = searched({
      sampler: { name: "random" },
      space: [
        { type: "int", name: "a", min: 0, max: 99 },
        { type: "float", name: "b", min: 0, max: 1, when: [{ name: "a", values: [99] }] },
      ],
      seed: 1,
      trials: 130,
      score: () => 0,
    });
    expect(trials).toHaveLength(130);
  });
});
