import type { HyperparameterInput } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { samplerOf } from "../samplers/index.js";
import { pointKey } from "../space/points.js";
import { spaceOf } from "../space/space.js";
import { searched, trialWith } from "./searched.js";

const SPACE: HyperparameterInput[] = [
  { type: "choice", name: "optimizer", values: ["adam", "sgd"] },
  { type: "float", name: "momentum", min: 0, max: 0.9, when: [{ name: "optimizer", values: ["sgd"] }] },
  { type: "int", name: "units", min: 32, max: 128, step: 32 },
  { type: "float", name: "rate", min: 1e-4, max: 1e-1, sampling: "log" },
  { type: "fixed", name: "batch", value: 64 },
];
const SMALL: HyperparameterInput[] = [
  { type: "boolean", name: "a" },
  { type: "int", name: "b", min: 1, max: 3 },
];

/** What every sampler must do: the conformance suite of the protocol. */
export function describeSampler(name: string): void {
  describe(`the sampler ${name}`, () => {
    const run = (seed: number, trials = 25) =>
      searched({ sampler: { name }, space: SPACE, seed, trials, score: ({ rate }) => Number(rate) });

    it("gives every active hyper-parameter, and no other, one of its values", () => {
      const space = spaceOf(SPACE);
      for (const { values } of run(1).trials) {
        for (const hp of space.hyperparameters) {
          const active = space.isActive(hp, values);
          expect(Object.hasOwn(values, hp.name)).toBe(active);
          if (active) expect(space.domain(hp.name).has(values[hp.name] as string)).toBe(true);
        }
        expect(Object.keys(values).every((key) => SPACE.some((hp) => hp.name === key))).toBe(true);
      }
    });

    it("depends on the trials and the seed alone: a resumed search gets what it would have got", () => {
      const whole = run(3).trials;
      const space = spaceOf(SPACE);
      for (const [i, trial] of whole.entries()) {
        const again = samplerOf({ name }).suggest({
          space,
          trials: structuredClone(whole.slice(0, i)),
          direction: "min",
          seed: 3,
        });
        expect(again).toMatchObject({ kind: "trial", values: trial.values });
      }
    });

    it("does not change what it is shown", () => {
      const trials = run(2, 12).trials;
      const before = JSON.stringify(trials);
      samplerOf({ name }).suggest({ space: spaceOf(SPACE), trials, direction: "min", seed: 2 });
      expect(JSON.stringify(trials)).toBe(before);
    });

    it("tries no values twice with the same epochs, and comes to an end where there are no more", () => {
      const { trials, why } = searched({
        sampler: { name },
        space: SMALL,
        seed: 1,
        trials: 2000,
        score: ({ b }) => Number(b),
      });
      const keys = trials.map(({ values, epochs, sampler }) =>
        JSON.stringify([pointKey(values), epochs, sampler.bracket ?? 0]),
      );
      expect(new Set(keys).size).toBe(keys.length);
      expect(why).toEqual(expect.any(String));
    });

    it("copes with trials that run or have failed", () => {
      const trials = run(4, 12).trials.map((trial, i) =>
        i % 3 === 0 ? trialWith({ ...trial, status: i === 0 ? "failed" : "running", score: null }) : trial,
      );
      const next = samplerOf({ name }).suggest({ space: spaceOf(SPACE), trials, direction: "max", seed: 4 });
      expect(["trial", "wait"]).toContain(next.kind);
    });

    it("refuses options that it does not have", () => {
      expect(() => samplerOf({ name, color: "red" })).toThrow(
        expect.objectContaining({ code: "E_SCHEMA", what: expect.stringContaining("color") }),
      );
    });
  });
}
