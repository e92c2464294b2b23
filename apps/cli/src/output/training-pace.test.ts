import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { trainingPace } from "./training-pace.js";

it("says nothing before enough was measured, and nothing is left at the end", () => {
  const pace = trainingPace({ steps: 100, epochs: 3 });
  expect([pace.at(1, 10, 0), pace.at(1, 11, 1000), pace.msPerStep]).toEqual([null, null, null]);
  expect(pace.at(1, 60, 2000)).toBe(9.6);
  expect(pace.msPerStep).toBe(40);
  expect(pace.at(3, 100, 20_000)).toBe(0);
});

it("of steps that all take the same it says just the time that is left, wherever the training began", () => {
  const whole = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(whole, whole, fc.nat(999), fc.integer({ min: 1, max: 5000 }), (steps, epochs, begun, ms) => {
      const total = steps * epochs;
      const pace = trainingPace({ steps, epochs });
      const place = (done: number) => [Math.ceil(done / steps), ((done - 1) % steps) + 1] as const;
      const first = Math.min(begun + 1, total);
      for (let done = first; done <= Math.min(total, first + 50); done++) {
        const left = pace.at(...place(done), done * ms);
        if (left !== null) expect(left).toBeCloseTo(((total - done) * ms) / 1000, 6);
        else expect((done - first) * ms).toBeLessThan(1500);
      }
    }),
  );
});
