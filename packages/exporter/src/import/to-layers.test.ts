/** @needs tensorflow */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sourceOfModel } from "@congruent/converter";
import { buildRandomModel, drawWeights, predict, randomModels } from "@congruent/converter/testing";
import { type Tensor, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { changed, metadataOf } from "@congruent/onnx";
import { readModel, writeModel } from "@congruent/onnx/files";
import { seededNumbers } from "@congruent/onnx/testing";
import { portable } from "@congruent/passes";
import { loadTensorFlow } from "@congruent/toolchain";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { convertNatively } from "../convert-natively.js";
import { exportModel, toLayers } from "../index.js";
import { keepLayers } from "./keep-layers.js";
import { LAYERS_KEY } from "./kept-layers.js";

jest.setTimeout(timeLimits.training);

type Tf = Awaited<ReturnType<typeof loadTensorFlow>>;
let tf: Tf;
let folder: string;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  folder = await mkdtemp(join(tmpdir(), "congruent-to-layers-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const FREE = [2, 5, 4];

function inputsOf(model: { inputs: readonly { shape: readonly (number | null)[] }[] }): Tensor[] {
  const next = seededNumbers(7);
  return model.inputs.map(({ shape }) => {
    const dims = shape.map((size, axis) => size ?? (FREE[axis] as number));
    const size = dims.reduce((a, b) => a * b, 1);
    const numbers = Float32Array.from({ length: size }, () => next());
    return tensor("float32", numbers, dims);
  });
}

/** A convolution whose batch norm is folded into it. */
function withBatchNorm() {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 3, kernelSize: 2, inputShape: [4, 4, 2] }),
      tf.layers.batchNormalization({}),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 2, name: "y" }),
    ],
  });
  drawWeights(tf, model, 3);
  return model;
}

it("random models come back with the same outputs, to the bit", async () => {
  const run = fc.asyncProperty(randomModels, fc.nat(1000), async (description, seed) => {
    const model = buildRandomModel(tf, description);
    drawWeights(tf, model, seed);
    const file = portable(convertNatively(sourceOfModel(model))).model;
    await writeModel(at("random.onnx"), keepLayers(file, model));
    const back = await toLayers(at("random.onnx"), { tf });
    const inputs = inputsOf(model);
    expect(back.inputNames).toEqual(model.inputNames);
    expect(predict(tf, back, inputs)).toEqual(predict(tf, model, inputs));
    model.dispose();
    back.dispose();
  });
  await fc.assert(run, { seed: 16, numRuns: 25 });
});

it("what comes back can be trained and exported again; only weights that were folded are kept beside the graph", async () => {
  const model = withBatchNorm();
  await exportModel({ tf, model, out: at("bn.onnx"), importable: true });
  const { model: file } = await readModel(at("bn.onnx"));
  const { weights } = JSON.parse(metadataOf(file, LAYERS_KEY) as string);
  expect(file.graph?.node.map(({ opType }) => opType)).not.toContain("BatchNormalization");
  const dense = weights.find(({ name }: { name: string }) => name === "y/kernel");
  expect(dense).toHaveProperty("initializer");
  expect(weights.find(({ name }: { name: string }) => name.endsWith("moving_mean"))).toHaveProperty("kept");
  const back = await toLayers(at("bn.onnx"), { tf });
  const [x] = inputsOf(model) as [Tensor];
  expect(predict(tf, back, [x])).toEqual(predict(tf, model, [x]));
  back.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  await back.fit(tf.tensor(x.data as Float32Array, [...x.dims]), tf.zeros([2, 2]), { epochs: 1, verbose: 0 });
  const tuned = predict(tf, back, [x]);
  expect(tuned).not.toEqual(predict(tf, model, [x]));
  const again = await exportModel({ tf, model: back, out: at("tuned.onnx"), importable: true });
  expect(again.verification.verdict).toBe("pass");
  expect(predict(tf, await toLayers(at("tuned.onnx"), { tf }), [x])).toEqual(tuned);
});

it("other files, and files whose weights were changed, are refused", async () => {
  const model = withBatchNorm();
  const file = convertNatively(sourceOfModel(model));
  await writeModel(at("other.onnx"), file);
  await expect(toLayers(at("other.onnx"), { tf })).rejects.toMatchObject({ code: "E_NOT_IMPORTABLE" });
  const kept = keepLayers(file, model);
  const initializer = kept.graph?.initializer.map((each) =>
    changed(each, { rawData: each.rawData.map((byte) => byte ^ 1), floatData: [] }),
  );
  const graph = changed(kept.graph as NonNullable<typeof kept.graph>, { initializer: initializer ?? [] });
  await writeModel(at("changed.onnx"), changed(kept, { graph }));
  await expect(toLayers(at("changed.onnx"), { tf })).rejects.toMatchObject({ code: "E_LAYERS_CHANGED" });
  const gone = changed(kept.graph as NonNullable<typeof kept.graph>, { initializer: [] });
  await writeModel(at("gone.onnx"), changed(kept, { graph: gone }));
  await expect(toLayers(at("gone.onnx"), { tf })).rejects.toMatchObject({ code: "E_LAYERS_CHANGED" });
});
