import { joinRows, type Tensor, tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { nextSize, type Part, runInParts } from "./run-in-parts.js";

const double = async ({ x }: Record<string, Tensor>): Promise<Record<string, Tensor>> => {
  const { data, dims } = x as Tensor<"float32">;
  return {
    y: tensor(
      "float32",
      data.map((value) => 2 * value),
      dims,
    ),
  };
};

async function partsOf(samples: number, size: number, left?: () => number): Promise<Part[]> {
  const x = tensor(
    "float32",
    Float32Array.from({ length: samples }, (_, i) => i),
    [samples],
  );
  const parts: Part[] = [];
  await runInParts(double, { x }, { batching: { mode: "split", size }, left }, (part) => parts.push(part));
  return parts;
}

describe("a run in parts", () => {
  it("does every sample once, in order, in batches no larger than told, with and without a time limit", async () => {
    const limits = fc.option(fc.constantFrom(0, -5, 1, 1e9), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 120 }),
        limits,
        async (n, size, ms) => {
          const parts = await partsOf(n, size, ms === undefined ? undefined : () => ms);
          const sizes = parts.map(({ samples }) => samples);
          expect(Math.max(...sizes)).toBeLessThanOrEqual(size);
          if (ms === undefined) expect(sizes.slice(0, -1).every((each) => each === size)).toBe(true);
          else expect(sizes[0]).toBe(1);
          const { data } = joinRows(parts.map(({ outputs }) => outputs.y as Tensor));
          expect([...(data as Float32Array)]).toEqual(Array.from({ length: n }, (_, i) => 2 * i));
        },
      ),
    );
  });

  it("takes batches that fit into half of the time that is left, and grow fourfold at most", () => {
    const natural = fc.integer({ min: 1, max: 500 });
    const time = fc.double({ min: 0.01, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(natural, natural, time, time, (samples, most, milliseconds, left) => {
        const next = nextSize({ samples, milliseconds }, most, left);
        expect(Number.isInteger(next)).toBe(true);
        expect(next).toBeGreaterThanOrEqual(1);
        expect(next).toBeLessThanOrEqual(Math.min(most, 4 * samples));
        // One sample is always tried: whoever waits ends it.
        if (next > 1) expect((next * milliseconds) / samples).toBeLessThanOrEqual(left / 2 + 1e-6);
      }),
    );
    expect(nextSize({ samples: 1, milliseconds: 0 }, 100, 1000)).toBe(4);
  });

  it("refuses an output that has not one row per sample", async () => {
    const x = tensor("float32", new Float32Array(5), [5]);
    const sum = async () => ({ y: tensor("float32", new Float32Array(1), [1]) });
    const run = runInParts(sum, { x }, { batching: { mode: "split", size: 2 } }, () => undefined);
    await expect(run).rejects.toMatchObject({ code: "E_BATCH_OUTPUT" });
    const parts: Part[] = [];
    await runInParts(sum, { x }, { batching: { mode: "once" } }, (part) => parts.push(part));
    expect(parts.map(({ samples }) => samples)).toEqual([1]);
  });
});
