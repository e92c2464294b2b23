/**
 * Sixty faults, each in one kernel of a runtime that is otherwise right: the bisect, which sees nothing but the model and values, names that
 * node, in both modes. Oracle: the place where the fault was planted, and for faults that it does not find the size of their effect.
 */
import { unknownOperators } from "@congruent/reference";
import { describe, expect, it } from "@jest/globals";
import { bisect } from "./bisect.js";
import {
  type Hunt,
  hunt,
  type PlantedFault,
  seededFaults,
  soundRunner,
  testModels,
} from "./testing/index.js";

const SEED = 2026;
/** A change of a value by less than this, relative to it, is one that float32 kernels of another make may show as well. */
const NOTHING = 2 ** -20;

const job = { layersDirectory: null, webApp: null, timeoutMs: 60_000 };
const known = (name: PlantedFault["model"]) => unknownOperators(testModels[name]().model).length === 0;
const faults = seededFaults(SEED).filter(({ model }) => known(model));

describe("a runtime without a fault", () => {
  const models = Object.entries(testModels).filter(([name]) => known(name as PlantedFault["model"]));
  it.each(models)("%s is right at every node", async (_, make) => {
    const { model, inputs } = make();
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

describe("a runtime with one wrong kernel", () => {
  const unseen: Hunt[] = [];

  it.each(faults.map((fault) => [`${fault.model} ${fault.node}: ${fault.fault.name}`, fault] as const))(
    "%s",
    async (_, fault) => {
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
    },
  );

  it("is found wherever its effect is more than rounding; those below are few", () => {
    console.log(
      `${faults.length - unseen.length} of ${faults.length} faults named; below the bound: ${
        unseen
          .map(({ title, effect }) => `${title} (moves its value by ${effect.toExponential(1)})`)
          .join("; ") || "none"
      }`,
    );
    expect(unseen.length).toBeLessThanOrEqual(3);
  });
});
