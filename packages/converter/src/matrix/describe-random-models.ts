import { type Tensor, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import type { ModelProto } from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import { loadTensorFlow, type TensorFlow } from "@congruent/toolchain";
import { beforeAll, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { convertLayersModel, NEWEST_OPSET, OLDEST_OPSET } from "../convert-layers-model.js";
import { sourceOfModel } from "../source.js";
import { checkModels } from "./check-models.js";
import { buildRandomModel, randomModels } from "./random-model.js";
import { drawWeights, predict } from "./run-case.js";
import { flawsOf } from "./run-model.js";

const FREE = [2, 5, 4];

/** Defines the tests of so many random models; a failure is shrunk to the smallest model that shows it. */
export function describeRandomModels(numRuns: number): void {
  jest.setTimeout(timeLimits.training);
  let tf: TensorFlow;
  beforeAll(async () => {
    tf = await loadTensorFlow({ device: "cpu" });
  });
  const converted = new Map<string, ModelProto>();

  it(`${numRuns} random functional models are converted right`, async () => {
    const opsets = fc.integer({ min: OLDEST_OPSET, max: NEWEST_OPSET });
    await fc.assert(
      fc.asyncProperty(randomModels, opsets, fc.nat(1000), async (description, opset, seed) => {
        const model = buildRandomModel(tf, description);
        drawWeights(tf, model, seed);
        const source = sourceOfModel(model);
        // As it comes out of a file.
        const modelTopology = JSON.parse(JSON.stringify(source.modelTopology));
        const proto = convertLayersModel({ ...source, modelTopology }, { opset });
        converted.set(String(converted.size), proto);
        const stated = (values: readonly { name: string }[] = []) => values.map(({ name }) => name);
        expect(stated(proto.graph?.input)).toEqual(model.inputNames);
        expect(stated(proto.graph?.output)).toHaveLength(model.outputs.length);
        const next = seededNumbers(seed);
        const fed = model.inputs.map(({ shape }): Tensor => {
          const dims = shape.map((size, axis) => size ?? (FREE[axis] as number));
          const size = dims.reduce((a, b) => a * b, 1);
          return tensor(
            "float32",
            Float32Array.from({ length: size }, () => next() * 3),
            dims,
          );
        });
        const feeds = Object.fromEntries(model.inputNames.map((name, i) => [name, fed[i] as Tensor]));
        expect(await flawsOf({ proto, feeds, expected: predict(tf, model, fed) })).toEqual([]);
        model.dispose();
      }),
      { seed: 16, numRuns },
    );
    expect(converted.size).toBeGreaterThanOrEqual(numRuns);
  });

  it("the onnx package's checker and strict shape inference accept them", async () => {
    expect(await checkModels(converted)).toEqual({});
  });
}
