import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { scheduleSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { scheduleOf } from "./index.js";

const context = { learningRate: 0.1, stepsPerEpoch: 10, epochs: 10 };
const of = (config: object, given = context) => {
  const schedule = scheduleOf(scheduleSchema.parse(config), given);
  if (!schedule) throw new Error("nothing is scheduled");
  return schedule;
};

describe("schedules", () => {
  it("each has a file, and each file is in the index", () => {
    const files = readdirSync(fileURLToPath(new URL("../../src/schedules", import.meta.url)));
    const own = files.filter((file) => !/^(index|schedule|.*\.test)\.ts$/.test(file));
    const names = scheduleSchema.options.map((option) => option.shape.name.value);
    const kebab = names.map((name) => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`);
    expect(own.sort()).toEqual(kebab.sort());
  });

  it("are PyTorch's own, as oracle/torch_schedules.py wrote them down", () => {
    const torch = JSON.parse(
      readFileSync(new URL("../../fixtures/torch-schedules.json", import.meta.url), "utf8"),
    );
    const camel = (given: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(given).map(([key, value]) => [
          key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
          value,
        ]),
      );
    const once = { learningRate: 0.1, stepsPerEpoch: 1, epochs: 100 };
    for (const name of ["oneCycle", "step"]) {
      expect(torch[name].length).toBeGreaterThan(0);
      for (const { arguments: given, rates } of torch[name] as {
        arguments: Record<string, unknown>;
        rates: number[];
      }[]) {
        const rate = of({ name, ...camel(given) }, once);
        // Both are double precision; StepLR multiplies again and again: a few units in the last place.
        rates.forEach((expected, step) => {
          expect(Math.abs(rate(step) - expected)).toBeLessThanOrEqual(1e-14 * expected + 1e-17);
        });
      }
    }
  });

  it("oneCycle begins, peaks and ends where OneCycleLR's documentation says, at any length", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 1000 }),
        fc.double({ min: 0.1, max: 0.6, noNaN: true }),
        fc.constantFrom("cos" as const, "linear" as const),
        (totalSteps, pctStart, annealStrategy) => {
          const rate = of({ name: "oneCycle", maxLr: 0.4, totalSteps, pctStart, annealStrategy });
          const all = Array.from({ length: totalSteps }, (_, step) => rate(step));
          expect(all[0]).toBeCloseTo(0.4 / 25, 14);
          expect(all.at(-1)).toBeCloseTo(0.4 / 25 / 1e4, 14);
          // The peak lies between two steps, pctStart of the way.
          const peak = all.indexOf(Math.max(...all));
          expect(Math.abs(peak - (pctStart * totalSteps - 1))).toBeLessThanOrEqual(1);
          expect(Math.max(...all)).toBeLessThanOrEqual(0.4 + 1e-15);
          const rises = all.slice(1).map((value, i) => value > (all[i] as number));
          expect(rises.lastIndexOf(true)).toBe(peak - 1);
          expect(rises.indexOf(false)).toBe(peak);
          expect(rate(totalSteps + 5)).toBeCloseTo(0.4 / 25 / 1e4, 14);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  it("oneCycle in three phases comes down as it went up", () => {
    // 100 steps, 30 % up: the peak at step 29, down again at step 58, then to the end at 99.
    const rate = of({ name: "oneCycle", pctStart: 0.3, threePhase: true, annealStrategy: "linear" });
    expect(rate(29)).toBeCloseTo(0.1, 14);
    expect(rate(58)).toBeCloseTo(0.004, 14);
    for (let i = 0; i <= 29; i++) expect(rate(29 - i)).toBeCloseTo(rate(29 + i), 14);
    expect(rate(99)).toBeCloseTo(0.004 / 1e4, 14);
    // Halfway through the last phase.
    expect(rate(78.5)).toBeCloseTo((0.004 + 0.004 / 1e4) / 2, 14);
  });

  it("step is StepLR, stepped once an epoch", () => {
    const rate = of({ name: "step", stepSize: 3, gamma: 0.5 });
    expect([0, 29, 30, 59, 60, 99].map(rate)).toEqual([0.1, 0.1, 0.05, 0.05, 0.025, 0.0125]);
  });

  it("cosine fills in what the recipe leaves out: all steps, and a warm-up from 0 to the optimizer's rate", () => {
    const plain = of({ name: "cosine" });
    expect(plain(0)).toBe(0.1);
    expect(plain(50)).toBeCloseTo(0.05, 14);
    expect(plain(100)).toBeCloseTo(0, 14);
    const warm = of({ name: "cosine", warmupSteps: 20, alpha: 0.1 });
    expect([0, 10, 20].map(warm)).toEqual([0, 0.05, 0.1]);
    expect(warm(60)).toBeCloseTo(0.1 * (0.9 * 0.5 + 0.1), 14);
    expect(warm(100)).toBeCloseTo(0.01, 14);
  });

  it("constant leaves the rate to the optimizer, and to callbacks", () => {
    expect(scheduleOf({ name: "constant" }, context)).toBeNull();
  });
});
