/** @needs tensorflow */

import { sha256 } from "@congruent/core/files";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { architecture, networkOf, type TensorFlow } from "./index.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

const mlpOf = (parameters?: Parameters<typeof networkOf>[0]["parameters"]) =>
  networkOf({ architecture: "mlp", seed: 42, ...(parameters && { parameters }) }).build(tf, { classes: 10 });

const bytesOf = (model: ReturnType<typeof mlpOf>) =>
  Buffer.concat(model.getWeights().map((weight) => Buffer.from(weight.dataSync<"float32">().buffer)));

describe("the parameters of a network", () => {
  it("left out, give mlp as it was before it took any: weights and topology bit for bit", () => {
    // Written down from the network when its layers were written out one by one.
    for (const model of [mlpOf(), mlpOf({}), architecture("mlp").build(tf, { seed: 42, classes: 10 })]) {
      expect(sha256(bytesOf(model))).toBe("62416a3552d9c9886b07d6d7b13f12f088ad4cce55b28e6243853b26ed0df07c");
      expect(sha256(JSON.stringify(model.toJSON(null, false)))).toBe(
        "da15a3935032b432ea7a3772b4c352edbe36fd47b5602e06e1d2e57c111a894b",
      );
    }
  });

  it("decide layers, units, dropout and L2; 0 leaves out what it stands for", () => {
    const model = mlpOf({
      hidden: [{ units: 32, dropout: 0.5, l2: 1 }, { units: 96 }, { units: 64, dropout: 0, l2: 0 }],
    });
    const dense = (from: number, to: number) => from * to + to;
    expect(model.countParams()).toBe(dense(784, 32) + dense(32, 96) + dense(96, 64) + dense(64, 10));
    const known = model.layers.map((layer) => {
      const { rate, kernelRegularizer } = layer.getConfig() as {
        rate?: number;
        kernelRegularizer?: { config: { l2: number } } | null;
      };
      return [layer.name, rate ?? kernelRegularizer?.config.l2 ?? null];
    });
    expect(known).toEqual([
      ["rescaling", null],
      ["flatten", null],
      ["dense1", 1],
      ["dropout1", 0.5],
      ["dense2", 0.01],
      ["dropout2", 0.2],
      ["dense3", null],
      ["dense4", null],
    ]);
  });

  it.each([
    ["mlp", { hidden: [{ unit: 3 }] }, "E_SCHEMA", 'hidden.0: unknown field "unit" (did you mean "units"?)'],
    ["mlp", { hidden: [] }, "E_SCHEMA", "hidden"],
    ["mlp", { hidden: [{ units: 3, dropout: 1 }] }, "E_SCHEMA", "hidden.0.dropout"],
    ["mlp", { depth: 2 }, "E_SCHEMA", 'unknown field "depth"'],
    ["lenet", { depth: 2 }, "E_PARAMETERS", "depth"],
    ["alexnet", {}, "E_ARCHITECTURE", "alexnet"],
  ])("that %s does not take are refused by name: %j", (name, parameters, code, said) => {
    expect(() => networkOf({ architecture: name, parameters, seed: 1 })).toThrow(
      expect.objectContaining({ code, what: expect.stringContaining(said) }),
    );
  });
});
