import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tensor } from "@congruent/core";
import { sha256File } from "@congruent/core/files";
import { type Card, evaluationSchema, recipeSchema } from "@congruent/core/schemas";
import type { Dataset } from "@congruent/datasets";
import {
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
  writeCard,
} from "@congruent/onnx";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { evaluate } from "./evaluate.js";

const card: Card = {
  schema: "congruent/card@1",
  name: "brightest",
  description: "Answers with the brightest of three pixels",
  profile: "image-classifier",
  input: { name: "pixels", height: 1, width: 3, channels: 1, range: [0, 255], foreground: "any" },
  outputs: ["label", "probabilities"],
  labels: ["left", "middle", "right"],
  dataset: { name: "pixels", license: "CC0-1.0", sha256: {} },
  versions: {},
};

/** softmax(pixels / 64) and its largest: what the expectations below compute by hand. */
function brightest(outputs: Card["outputs"], changes: Partial<Card> = {}, scale = 64): Uint8Array {
  const nodes: NodeProto[] = [
    makeNode("Flatten", ["pixels"], ["flat"]),
    makeNode("Div", ["flat", "scale"], ["logits"]),
    makeNode("Softmax", ["logits"], ["probabilities"]),
    makeNode("ArgMax", ["logits"], ["label"], { attributes: { axis: 1n, keepdims: 0n } }),
  ];
  const values = {
    label: makeTensorValueInfo("label", "int64", ["batch"]),
    probabilities: makeTensorValueInfo("probabilities", "float32", ["batch", 3]),
    logits: makeTensorValueInfo("logits", "float32", ["batch", 3]),
  };
  const graph = makeGraph(
    nodes,
    "brightest",
    [makeTensorValueInfo("pixels", "float32", ["batch", 1, 3, 1])],
    outputs.map((name) => values[name as keyof typeof values]),
    [makeTensor("scale", { data: Float32Array.of(scale), dims: [], dtype: "float32" })],
  );
  return encodeModel(writeCard(makeModel(graph), { ...card, outputs, ...changes }));
}

/** Row by row; the last two are labeled as something else than their brightest pixel. */
const pixels = [
  [200, 0, 0],
  [0, 200, 10],
  [3, 2, 1],
  [0, 0, 255],
  [10, 40, 200],
  [64, 0, 0],
  [0, 255, 0],
];
const trueLabels = [0, 1, 0, 2, 2, 1, 2];
const images: Tensor<"uint8"> = { data: Uint8Array.from(pixels.flat()), dims: [7, 1, 3, 1], dtype: "uint8" };
const darkened = {
  images: { ...images, data: new Uint8Array(images.data.length) },
  labels: Uint8Array.from(trueLabels),
};
const dataset: Dataset = {
  name: "pixels",
  title: "Pixels",
  labels: card.labels,
  height: 1,
  width: 3,
  channels: 1,
  foreground: "any",
  license: "CC0-1.0",
  sha256: {},
  train: { images, labels: Uint8Array.from(trueLabels) },
  test: { images, labels: Uint8Array.from(trueLabels) },
};

describe("evaluate", () => {
  let folder: string;
  const save = async (name: string, bytes: Uint8Array) => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-evaluate-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([1, 2, 3, 7, 100])("gives the same scores with batches of %d", async (batchSize) => {
    const model = await save("model.onnx", brightest(["label", "probabilities"]));
    const steps: number[] = [];
    const progress = (done: number) => steps.push(done);
    const result = await evaluate({ model, dataset, runtime: "node-cpu", batchSize, progress });
    expect(evaluationSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      model: { path: model, name: "brightest", sha256: await sha256File(model) },
      dataset: { name: "pixels", split: "test", samples: 7 },
      runtime: "node-cpu",
      accuracy: 5 / 7,
      confusion: [
        [2, 0, 0],
        [1, 1, 0],
        [0, 1, 2],
      ],
    });
    expect(result.versions.onnxruntime).toMatch(/^\d+\.\d+/);
    expect(result.report.accuracy).toBe(5 / 7);
    // Images 6 and 5, the most confident first: 1 / (1 + 2 e^(-255/64)) and 1 / (1 + 2 e^-1).
    expect(result.mistakes.map(({ index, label, predicted }) => [index, label, predicted])).toEqual([
      [6, 2, 1],
      [5, 1, 0],
    ]);
    expect(result.mistakes[0]!.probability).toBeCloseTo(1 / (1 + 2 * Math.exp(-255 / 64)), 6);
    expect(result.mistakes[1]!.probability).toBeCloseTo(1 / (1 + 2 * Math.exp(-1)), 6);
    expect(steps.at(-1)).toBe(7);
    expect(steps.length).toBe(Math.ceil(7 / batchSize));
  });

  it("scores a model without probabilities", async () => {
    const model = await save("bare.onnx", brightest(["label"]));
    const { accuracy, mistakes, ...rest } = await evaluate({ model, dataset });
    expect(accuracy).toBe(5 / 7);
    const only = "the model gives labels alone";
    expect(rest).toMatchObject({
      ranking: null,
      probabilistic: null,
      reasons: { ranking: only, probabilistic: only },
    });
    expect(mistakes.map(({ index, probability }) => [index, probability])).toEqual([
      [5, null],
      [6, null],
    ]);
  });

  it("ranks by probabilities, or else by logits, and says what is missing", async () => {
    // Softmax keeps the order within each image, so top-2 must agree; class by class it does not.
    const both = await evaluate({
      model: await save("both.onnx", brightest(["label", "probabilities"])),
      dataset,
    });
    const bare = await evaluate({
      model: await save("logits.onnx", brightest(["label", "logits"])),
      dataset,
    });
    expect(both.ranking?.from).toBe("probabilities");
    expect(both.reasons).toBeUndefined();
    expect(bare.ranking?.from).toBe("logits");
    // By hand: the later of two equal classes counts as the higher. So image 6 has its class, "right", second, and image 5 has
    // its own, "middle", third.
    for (const { ranking } of [both, bare]) expect(ranking?.topK).toEqual([{ k: 2, accuracy: 6 / 7 }]);
    expect(bare).toMatchObject({
      probabilistic: null,
      reasons: { probabilistic: "the model gives logits, no probabilities" },
    });
    expect(bare.reasons?.ranking).toBeUndefined();
    for (const result of [both, bare]) expect(evaluationSchema.parse(result)).toEqual(result);
  });

  it("finds log loss, Brier score and the worst images", async () => {
    const model = await save("model.onnx", brightest(["label", "probabilities"]));
    const { probabilistic } = await evaluate({ model, dataset });
    const rows = pixels.map((row) => {
      const powers = row.map((value) => Math.exp(value / 64));
      const sum = powers.reduce((total, power) => total + power, 0);
      return powers.map((power) => power / sum);
    });
    const own = rows.map((row, i) => row[trueLabels[i]!]!);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(probabilistic?.logLoss).toBeCloseTo(mean(own.map((p) => -Math.log(p))), 5);
    const brier = rows.map((row, i) =>
      row.reduce((sum, p, c) => sum + ((c === trueLabels[i] ? 1 : 0) - p) ** 2, 0),
    );
    expect(probabilistic?.brier).toBeCloseTo(mean(brier), 5);
    expect(probabilistic?.worst.slice(0, 2)).toMatchObject([
      { index: 6, label: 2, predicted: 1, likeliest: [{ class: 1 }, { class: 0 }, { class: 2 }] },
      { index: 5, label: 1, predicted: 0 },
    ]);
    expect(probabilistic?.calibration.reduce((sum, { count }) => sum + count, 0)).toBe(7);
  });

  it("scores a model that computes no numbers, by its labels", async () => {
    // 0 / 0 in every class.
    const model = await save("nan.onnx", brightest(["label", "probabilities"], {}, 0));
    const result = await evaluate({ model, dataset: { ...dataset, test: darkened } });
    expect(evaluationSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      ranking: null,
      probabilistic: null,
      reasons: { ranking: "a score of example 0 is NaN", probabilistic: "a probability of example 0 is NaN" },
    });
    expect(result.mistakes[0]?.probability).toBeNull();
  });

  it("takes the first images of the split asked for", async () => {
    const model = await save("model.onnx", brightest(["label"]));
    const result = await evaluate({ model, dataset, split: "train", limit: 4 });
    expect(result.dataset).toMatchObject({ name: "pixels", split: "train", samples: 4 });
    expect(result.accuracy).toBe(1);
    expect((await evaluate({ model, dataset, limit: 99 })).dataset.samples).toBe(7);
  });

  it("divides a data set as the model's recipe does where it has the same files, whatever it is called", async () => {
    const recipe = recipeSchema.parse({
      schema: "congruent/recipe@1",
      name: "brightest",
      description: "",
      dataset: "data/pixels",
      architecture: "brightest",
      optimizer: { name: "sgd" },
      epochs: 1,
      validationSplit: 0.3,
    });
    const sha256 = { "pixels.npz": "1".repeat(64) };
    const trained = { ...card.dataset, sha256 };
    const model = await save("own.onnx", brightest(["label"], { recipe, dataset: trained }));
    const renamed = { ...dataset, name: "moved", sha256 };
    expect((await evaluate({ model, dataset: renamed, split: "validation" })).dataset.samples).toBe(3);
    const other = { ...dataset, sha256: { "pixels.npz": "2".repeat(64) } };
    await expect(evaluate({ model, dataset: other, split: "validation" })).rejects.toMatchObject({
      code: "E_EVALUATE_OPTION",
      what: expect.stringContaining("not those that the model was trained on"),
    });
  });

  it("refuses a data set that the model's card does not fit", async () => {
    const model = await save("model.onnx", brightest(["label"]));
    const fewer = { ...dataset, labels: ["left", "right"] };
    const larger = { ...dataset, width: 4 };
    for (const other of [fewer, larger]) {
      await expect(evaluate({ model, dataset: other })).rejects.toMatchObject({
        code: "E_MODEL_DATASET",
        exit: 2,
      });
    }
    const graph = makeGraph(
      [makeNode("Identity", ["x"], ["y"])],
      "no card",
      [makeTensorValueInfo("x", "float32", ["n"])],
      [makeTensorValueInfo("y", "float32", ["n"])],
    );
    const bare = await save("no-card.onnx", encodeModel(makeModel(graph)));
    await expect(evaluate({ model: bare, dataset })).rejects.toMatchObject({ code: "E_MODEL_DATASET" });
  });

  it("refuses outputs that are not an image classifier's", async () => {
    const model = await save("odd.onnx", brightest(["logits"]));
    await expect(evaluate({ model, dataset })).rejects.toMatchObject({ code: "E_PROFILE" });
  });

  it.each([{ batchSize: 0 }, { batchSize: 1.5 }, { limit: 0 }, { limit: -1 }])(
    "refuses %j",
    async (options) => {
      await expect(evaluate({ model: "none.onnx", dataset, ...options })).rejects.toMatchObject({
        code: "E_EVALUATE_OPTION",
      });
    },
  );

  it("refuses what is no ONNX file, and a file that is not there", async () => {
    const model = await save("text.onnx", new TextEncoder().encode("not a model"));
    await expect(evaluate({ model, dataset })).rejects.toMatchObject({ code: "E_ONNX_INVALID" });
    await expect(evaluate({ model: join(folder, "none.onnx"), dataset })).rejects.toMatchObject({
      code: "E_MODEL_NOT_FOUND",
    });
  });
});
