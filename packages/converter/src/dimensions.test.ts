import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { add, broadcast, type Dimension, divideUp, sum, times } from "./dimensions.js";
import { evaluate } from "./matrix/sizes-agree.js";

const SIZES = new Map([
  ["height", 13],
  ["left_width", 8],
]);

/** One step of what layers do to a size. */
const steps = fc.array(
  fc.oneof(
    fc.integer({ min: -3, max: 4 }).map((more) => (size: Dimension) => add(size, more)),
    fc.integer({ min: 1, max: 3 }).map((factor) => (size: Dimension) => times(size, factor)),
    fc.integer({ min: 1, max: 3 }).map((divisor) => (size: Dimension) => divideUp(size, divisor)),
    fc.constantFrom<Dimension>("height", "left_width", 5).map(
      (other) => (size: Dimension) =>
        // The same other size, known or named.
        typeof size === "number" && typeof other === "string"
          ? sum(size, SIZES.get(other) as number)
          : sum(size, other),
    ),
  ),
  { maxLength: 6 },
);

it("formulas over named sizes are what the same steps make of the numbers", () => {
  fc.assert(
    fc.property(steps, fc.constantFrom("height", "left_width"), (list, name) => {
      const formula = list.reduce<Dimension>((size, step) => step(size), name);
      const number = list.reduce<Dimension>((size, step) => step(size), SIZES.get(name) as number);
      const worked = typeof formula === "number" ? formula : evaluate(formula, SIZES);
      expect(worked).toBe(number);
    }),
    { seed: 3, numRuns: 500 },
  );
});

it("what is added and taken away again leaves no trace", () => {
  expect(add(add(divideUp("height", 2), 3), -3)).toBe("ceil(height/2)");
});

it("shapes are combined by ONNX's rules", () => {
  expect(broadcast(["batch", "height", 3], ["height", 1])).toEqual(["batch", "height", 3]);
  expect(broadcast(["height"], [7])).toEqual([7]);
  expect(broadcast(["a"], ["b"])).toEqual(["max(a,b)"]);
  expect(broadcast([2, 3], [4, 3])).toBeNull();
});
