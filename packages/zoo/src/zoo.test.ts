import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CongruentError } from "@congruent/core";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { architecture, architectures, layerSeeds, registerArchitecture, type TensorFlow } from "./index.js";

/** Published or computed by hand: (5·5·1+1)·6 + (5·5·6+1)·16 + (400+1)·120 + (120+1)·84 + (84+1)·10. */
const PARAMETERS: Record<string, number> = { lenet: 61_706 };

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

it("every file of architectures/ is in the index under its own name", () => {
  const folder = fileURLToPath(new URL("./architectures", import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith(".js") && !file.includes(".test."));
  expect(Object.keys(architectures).sort()).toEqual(files.map((file) => file.replace(/\.js$/, "")).sort());
  for (const [name, found] of Object.entries(architectures)) expect(found.name).toBe(name);
});

describe.each(Object.values(architectures))("$name", (network) => {
  it("has the published number of parameters", () => {
    expect(network.build(tf, { seed: 1, classes: 10 }).countParams()).toBe(PARAMETERS[network.name]);
  });

  it("takes raw pixels and ends in a softmax over the classes", () => {
    const model = network.build(tf, { seed: 1, classes: 7 });
    expect(model.inputs[0]?.shape).toEqual([null, ...network.inputShape]);
    expect(model.outputs[0]?.shape).toEqual([null, 7]);
    const output = model.predict(tf.fill([2, ...network.inputShape], 255)) as { dataSync(): Float32Array };
    const sum = output.dataSync().reduce((total, p) => total + p, 0);
    expect(Math.abs(sum - 2)).toBeLessThan(1e-5);
  });

  it("draws its weights from the seed alone", () => {
    const weights = (seed: number) =>
      network
        .build(tf, { seed, classes: 10 })
        .getWeights()
        .map((weight) => [...weight.dataSync()]);
    expect(weights(3)).toEqual(weights(3));
    expect(weights(3)).not.toEqual(weights(4));
  });

  it("has Glorot-uniform kernels, all different, and zero biases", () => {
    const model = network.build(tf, { seed: 5, classes: 10 });
    const seen = new Set<number>();
    for (const weight of model.weights) {
      const values = weight.read().dataSync<"float32">();
      if (weight.originalName.endsWith("bias")) {
        expect(values.every((value) => value === 0)).toBe(true);
        continue;
      }
      const shape = weight.shape as number[];
      const field = shape.slice(0, -2).reduce((product, dim) => product * dim, 1);
      const [fanIn, fanOut] = [field * (shape.at(-2) ?? 0), field * (shape.at(-1) ?? 0)];
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      // A uniform sample of n comes within 10/n of its limit in all but e^-10 of the cases.
      expect(largest).toBeLessThanOrEqual(limit);
      expect(largest).toBeGreaterThan(limit * (1 - 10 / values.length));
      seen.add(values[0] as number);
    }
    expect(seen.size).toBe(model.weights.filter((weight) => weight.originalName.endsWith("kernel")).length);
  });
});

it("an unknown name is refused with those there are; a registered one is found", () => {
  expect(() => architecture("alexnet")).toThrow(CongruentError);
  expect(() => architecture("alexnet")).toThrow(/lenet/);
  expect(() => architecture("toString")).toThrow(CongruentError);
  registerArchitecture({ ...architecture("lenet"), name: "my-lenet" });
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
