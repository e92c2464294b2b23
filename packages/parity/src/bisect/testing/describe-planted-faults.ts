/** What a bisect must make of planted faults: for the share that `npm test` runs, and for all. */
import { describe, expect, it } from "@jest/globals";
import { bisect } from "../bisect.js";
import { soundRunner } from "./faulty-runner.js";
import { type Hunt, hunt } from "./hunt.js";
import { testModels } from "./models.js";
import { type PlantedFault, seededFaults } from "./seeded-faults.js";

/** A change of a value by less than this, relative to it, is one that right float32 kernels of two makes may show as well. */
const NOTHING = 2 ** -20;

export function describeSoundRuntime(): void {
  describe("a runtime without a fault", () => {
    it.each(Object.entries(testModels))("%s is right at every node", async (_, make) => {
      const { model, inputs } = make();
      const job = { layersDirectory: null, webApp: null, timeoutMs: 60_000 };
      expect(await bisect({ model, inputs, runner: soundRunner, job })).toMatchObject({
        final: [],
        broken: null,
        cumulative: { first: null, roots: [], wrong: 0, unseen: [] },
        isolated: { wrong: [], broken: [], unseen: [], nodes: model.graph?.node.length },
        hidden: [],
        vanished: false,
      });
    });
  });
}

/**
 * @param count how many of the seed's faults
 * @param mostUnseen how many of them may be too small to be told from rounding
 */
export function describePlantedFaults(seed: number, count: number, mostUnseen: number): void {
  const faults = seededFaults(seed).slice(0, count);
  describe(`${count} faults, each in one kernel, seed ${seed}`, () => {
    const unseen: Hunt[] = [];
    const titled = faults.map((each): [string, PlantedFault] => [
      `${each.model} ${each.node}: ${each.fault.name}`,
      each,
    ]);

    it.each(titled)("%s", async (_, fault) => {
      const hunted = await hunt(fault);
      if (hunted.isolated.length === 0 && hunted.effect < NOTHING) {
        unseen.push(hunted);
        expect(hunted).toMatchObject({ cumulative: [], result: { final: [] } });
        return;
      }
      expect(hunted).toMatchObject({
        cumulative: [fault.node],
        isolated: [fault.node],
        result: { isolated: { broken: [] }, hidden: [], vanished: false },
      });
      // Where the fault reaches an output, it explains all that is wrong there.
      expect(hunted.result.explained).toBe((hunted.result.final?.length ?? 0) > 0 ? true : null);
    });

    it("are found wherever they change more than rounding does; those below are few", () => {
      const below = unseen.map(
        ({ title, effect }) => `${title} (moves its value by ${effect.toExponential(1)})`,
      );
      console.log(
        `${count - below.length} of ${count} faults named; below the bound: ${below.join("; ") || "none"}`,
      );
      expect(unseen.length).toBeLessThanOrEqual(mostUnseen);
    });
  });
}
