import type { HyperparameterInput, HyperparameterValues } from "@congruent/core/schemas";
import { expect, it } from "@jest/globals";
import { epsilonSquared, importancesOf } from "./importances.js";
import { randomPoint } from "./samplers/random-point.js";
import { spaceOf } from "./space/space.js";
import { trialWith } from "./testing/searched.js";

function sharesOf(
  space: HyperparameterInput[],
  score: (values: HyperparameterValues) => number,
  count = 3000,
) {
  const checked = spaceOf(space);
  const trials = Array.from({ length: count }, (_, id) => {
    const values = randomPoint(checked, 9, String(id));
    return trialWith({ id, values, score: score(values) });
  });
  const importances = importancesOf(checked.hyperparameters, trials);
  return Object.fromEntries(importances.map(({ name, share }) => [name, share]));
}
const ranges = (...names: string[]): HyperparameterInput[] =>
  names.map((name) => ({ type: "float", name, min: -Math.PI, max: Math.PI }));

it("Ishigami's function: the first-order indices in the literature, 0.3139, 0.4424 and 0", () => {
  // Ishigami and Homma (1990), a = 7, b = 0.1.
  const shares = sharesOf(ranges("a", "b", "c"), ({ a, b, c }) => {
    return Math.sin(Number(a)) + 7 * Math.sin(Number(b)) ** 2 + 0.1 * Number(c) ** 4 * Math.sin(Number(a));
  });
  for (const [name, index] of [
    ["a", 0.3139],
    ["b", 0.4424],
    ["c", 0],
  ] as const) {
    // The sampling error of a share from 3,000 trials is about 0.015; groups of values blur it by about as much.
    expect(Math.abs((shares[name] as number) - index)).toBeLessThan(0.04);
  }
});

it("a sum: shares are those of the variances, whatever the scale; choices count by their values", () => {
  const shares = sharesOf(
    [
      { type: "choice", name: "kind", values: ["a", "b", "c"] },
      { type: "float", name: "rate", min: 1e-4, max: 1, sampling: "log" },
      { type: "boolean", name: "nothing" },
    ],
    // Var(kind) = 2/3 · 6; var(log10 rate) = 16/12.
    ({ kind, rate }) => Math.sqrt(6) * "abc".indexOf(String(kind)) + Math.log10(Number(rate)),
  );
  expect(Math.abs((shares.kind as number) - 0.75)).toBeLessThan(0.03);
  expect(Math.abs((shares.rate as number) - 0.25)).toBeLessThan(0.03);
  expect(shares.nothing as number).toBeLessThan(0.005);
});

it("epsilon squared by hand", () => {
  // Means 2 and 5, the grand mean 3.5: between 13.5, total 17.5, within 4 on 4 degrees of freedom.
  expect(
    epsilonSquared([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  ).toBeCloseTo((13.5 - 1) / 17.5, 12);
  expect(
    epsilonSquared([
      [1, 2],
      [2, 1],
    ]),
  ).toBe(0);
  expect(epsilonSquared([[1], [2]])).toBeNull();
  expect(epsilonSquared([[1, 2, 3]])).toBeNull();
  expect(
    epsilonSquared([
      [3, 3],
      [3, 3],
    ]),
  ).toBe(0);
});

it("too few trials tell nothing", () => {
  const shares = sharesOf(ranges("a"), ({ a }) => Number(a), 1);
  expect(shares.a).toBeNull();
});
