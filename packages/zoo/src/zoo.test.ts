/** @needs tensorflow */

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CongruentError } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { architecture, architectures, layerSeeds, registerArchitecture, type TensorFlow } from "./index.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

it("every file of architectures/ is in the index under its own name", () => {
  const folder = fileURLToPath(new URL("./architectures", import.meta.url));
  const files = readdirSync(folder).filter((file) => /\.ts$/.test(file) && !/^index\.|\.test\./.test(file));
  const names = files.map((file) => file.replace(/\.ts$/, ""));
  expect({
    "missing in packages/zoo/src/architectures/index.ts": names.filter((name) => !(name in architectures)),
    "files missing in packages/zoo/src/architectures": Object.keys(architectures).filter(
      (name) => !names.includes(name),
    ),
  }).toEqual({
    "missing in packages/zoo/src/architectures/index.ts": [],
    "files missing in packages/zoo/src/architectures": [],
  });
  for (const [name, found] of Object.entries(architectures)) expect(found.name).toBe(name);
});

describe.each(Object.values(architectures))("$name", (network) => {
  it("takes raw pixels and ends in a softmax over the classes", () => {
    const model = network.build(tf, { seed: 1, classes: 7 });
    expect(model.inputs[0]?.shape).toEqual([null, ...network.inputShape]);
    expect(model.outputs[0]?.shape).toEqual([null, 7]);
    const output = model.predict(tf.fill([2, ...network.inputShape], 255)) as { dataSync(): Float32Array };
    const sum = output.dataSync().reduce((total, p) => total + p, 0);
    expect(Math.abs(sum - 2)).toBeLessThan(1e-5);
  });

  it("draws its weights from the seed alone", () => {
    const weights = (seed: number) => {
      const model = network.build(tf, { seed, classes: 10 });
      const bytes = model.getWeights().map((weight) => Buffer.from(weight.dataSync<"float32">().buffer));
      model.dispose();
      return Buffer.concat(bytes);
    };
    expect(weights(3).equals(weights(3))).toBe(true);
    expect(weights(3).equals(weights(4))).toBe(false);
  });

  it("has Glorot-uniform kernels, all different; everything else is 0 or 1, as Keras begins", () => {
    const model = network.build(tf, { seed: 5, classes: 10 });
    const kernels = model.weights.filter((weight) => weight.originalName.endsWith("kernel"));
    for (const weight of model.weights) {
      if (kernels.includes(weight)) continue;
      const one = /gamma|variance/.test(weight.originalName) ? 1 : 0;
      expect(
        weight
          .read()
          .dataSync<"float32">()
          .every((value) => value === one),
      ).toBe(true);
    }
    const seen = new Set<number>();
    for (const weight of kernels) {
      const values = weight.read().dataSync<"float32">();
      const shape = weight.shape as number[];
      const field = shape.slice(0, -2).reduce((product, dim) => product * dim, 1);
      const [fanIn, fanOut] = [field * (shape.at(-2) ?? 0), field * (shape.at(-1) ?? 0)];
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      // A uniform sample of n comes within 10/n of its limit in all but e^-10 of the cases.
      expect(largest).toBeLessThanOrEqual(limit);
      expect(largest).toBeGreaterThan(limit * (1 - 10 / values.length));
      // A uniform distribution's standard deviation, known to 1/sqrt(n) of itself.
      const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
      const error = Math.abs(Math.sqrt(square) / (limit / Math.sqrt(3)) - 1);
      expect(error).toBeLessThan(3 / Math.sqrt(values.length));
      seen.add(values[0] as number);
    }
    expect(seen.size).toBe(kernels.length);
  });
});

it("an unknown name is refused with those there are; a registered one is found", () => {
  expect(() => architecture("alexnet")).toThrow(CongruentError);
  expect(() => architecture("alexnet")).toThrow(/lenet/);
  expect(() => architecture("toString")).toThrow(CongruentError);
  expect(() => architecture("resnt")).toThrow('did you mean "resnet"?');
  const mine = { ...architecture("lenet"), name: "my-lenet" };
  registerArchitecture(mine);
  expect(() => registerArchitecture(mine)).toThrow(expect.objectContaining({ code: "E_ARCHITECTURE" }));
  expect(architecture("my-lenet").title).toBe("LeNet");
});

it("layer seeds differ from layer to layer and from seed to seed", () => {
  const seeds = [0, 1, 2, 42, 0xffffffff].flatMap((seed) => {
    const next = layerSeeds(seed);
    return Array.from({ length: 50 }, next);
  });
  expect(new Set(seeds).size).toBe(seeds.length);
  expect(seeds.every((seed) => Number.isSafeInteger(seed) && seed > 0)).toBe(true);
});
