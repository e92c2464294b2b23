import type { HyperparameterInput, HyperparameterValues } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { spaceOf } from "../space/space.js";
import { fixture } from "../testing/fixture.js";
import { searched } from "../testing/searched.js";
import { samplerOf } from "./index.js";

const { grids } = fixture<{ grids: { space: HyperparameterInput[]; points: HyperparameterValues[] }[] }>(
  "keras-tuner.json",
);

describe("grid", () => {
  it.each(grids)("visits the points of Keras Tuner's GridSearch in its order", ({ space, points }) => {
    const { trials, why } = searched({
      sampler: { name: "grid" },
      space,
      seed: 1,
      trials: points.length + 1,
      score: () => 0,
    });
    expect(trials.map(({ values }) => values)).toEqual(points);
    expect(why).toMatch(/exhausted/);
    expect(samplerOf({ name: "grid" }).total(spaceOf(space))).toBe(points.length);
  });

  it("takes ten values of a range without steps, spread as Keras Tuner spreads them", () => {
    const { trials } = searched({
      sampler: { name: "grid" },
      space: [{ type: "float", name: "x", min: 1, max: 2 }],
      seed: 1,
      trials: 100,
      score: () => 0,
    });
    // The default first; then the middles of ten equal parts.
    const expected = [1, ...Array.from({ length: 10 }, (_, i) => 1.05 + i / 10)];
    expect(trials).toHaveLength(expected.length);
    for (const [i, { values }] of trials.entries()) expect(values.x).toBeCloseTo(expected[i] as number, 12);
  });
});
