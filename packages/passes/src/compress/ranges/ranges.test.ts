import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { rangeMethods } from "./index.js";
import { scaleOf } from "./scale-of.js";

const numbers = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 300 });

describe.each(Object.entries(rangeMethods))("%s", (_, method) => {
  it("stays within what was seen", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const { min, max } = method(Float32Array.from(values));
        expect(min).toBeGreaterThanOrEqual(Math.min(...values));
        expect(max).toBeLessThanOrEqual(Math.max(...values));
      }),
      { seed: 1 },
    );
  });
});

/** 100,000 numbers evenly from 0 to 1, and one far away. */
const outlier = Float64Array.from({ length: 100_001 }, (_, i) => (i === 100_000 ? 1000 : i / 100_000));

it("percentile and entropy leave out a number far away", () => {
  expect(rangeMethods["min-max"](outlier).max).toBe(1000);
  expect(rangeMethods.percentile(outlier).max).toBeLessThanOrEqual(1);
  expect(rangeMethods.entropy(outlier).max).toBeLessThan(200);
});

it("every number in a range is at most half a step from a byte, and zero is one of them", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const { scale, zero } = scaleOf(rangeMethods["min-max"](values));
      for (const x of [0, ...values]) {
        const byte = Math.min(255, Math.max(0, Math.round(x / scale) + zero));
        // Zero is moved onto a byte, by half a step at most.
        expect(Math.abs((byte - zero) * scale - x)).toBeLessThanOrEqual(x === 0 ? 0 : scale * 1.0001);
      }
    }),
    { seed: 2 },
  );
});
