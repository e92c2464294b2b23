import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Tensor, tensor } from "@congruent/core";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo, writeCard } from "@congruent/onnx";
import { tinyClassifier, tinyProbabilities } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { load, type Model } from "./index.js";

const { bytes } = tinyClassifier();

function pixels(samples: number): Tensor<"float32"> {
  const values = Float32Array.from({ length: samples * 4 }, (_, i) => (i * 67) % 256);
  return tensor("float32", values, [samples, 2, 2, 1]);
}

/** The model's softmax in float64, by hand. */
function expected(input: Tensor<"float32">): number[] {
  return Array.from({ length: input.dims[0] as number }, (_, i) =>
    tinyProbabilities(input.data.subarray(i * 4, i * 4 + 4)),
  ).flat();
}

describe("load", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "runtime-"));
    await writeFile(join(directory, "model.onnx"), bytes);
    await writeFile(join(directory, "page.onnx"), "<!doctype html><p>404");
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("takes a path, a file URL and bytes", async () => {
    const path = join(directory, "model.onnx");
    for (const source of [path, pathToFileURL(path), pathToFileURL(path).href, bytes]) {
      const model = await load(source);
      expect(model.card?.name).toBe("tiny");
      expect(model.runtime).toBe("node-cpu");
      expect(model.versions.onnxruntime).toMatch(/^1\.\d+\.\d+/);
      expect(model.inputs).toEqual([{ name: "pixels", dtype: "float32", dims: ["batch", 2, 2, 1] }]);
      await model.close();
    }
  });

  it.each([
    ["no file", "none.onnx", "E_MODEL_NOT_FOUND"],
    ["a folder", ".", "E_MODEL_NOT_FOUND"],
    ["an HTML page", "page.onnx", "E_ONNX_INVALID"],
  ])("refuses %s", async (_, name, code) => {
    await expect(load(join(directory, name))).rejects.toMatchObject({ code, exit: 2 });
  });

  it("refuses a model that ONNX Runtime refuses, as a bad model and not as an absent runtime", async () => {
    const graph = makeGraph(
      [makeNode("NoSuchOperator", ["x"], ["y"])],
      "g",
      [makeTensorValueInfo("x", "float32", [1])],
      [makeTensorValueInfo("y", "float32", [1])],
    );
    await expect(load(encodeModel(makeModel(graph)))).rejects.toMatchObject({
      code: "E_ONNX_INVALID",
      exit: 2,
      message: expect.stringContaining("NoSuchOperator"),
    });
  });

  it("refuses a runtime of another platform, and CUDA where it is absent, instead of using the CPU", async () => {
    await expect(load(bytes, { runtime: "web-wasm" })).rejects.toMatchObject({
      code: "E_RUNTIME_UNAVAILABLE",
      exit: 3,
      fix: expect.stringContaining("node-cpu"),
    });
    const cuda = await load(bytes, { runtime: "node-cuda" }).then(
      (model) => model.runtime,
      (error: unknown) => error,
    );
    if (cuda !== "node-cuda") {
      expect(cuda).toMatchObject({ code: "E_RUNTIME_UNAVAILABLE", exit: 3 });
      expect((cuda as Error).message).toMatch(/cannot be used: .*\n.*NVIDIA/);
    }
  });
});

describe("a loaded model", () => {
  let model: Model;
  beforeAll(async () => {
    model = await load(bytes, { threads: 1 });
  });
  afterAll(() => model.close());

  it("computes what the formula says, and int64 labels", async () => {
    const input = pixels(7);
    const { probabilities, label } = await model.run({ pixels: input });
    const wanted = expected(input);
    expect(probabilities?.dims).toEqual([7, 3]);
    // Softmax of four-term sums: a few float32 roundings of values up to 1.
    probabilities?.data.forEach((value, i) => {
      expect(Math.abs(Number(value) - (wanted[i] as number))).toBeLessThan(8 * 2 ** -24);
    });
    expect(label?.dtype).toBe("int64");
    const best = Array.from({ length: 7 }, (_, i) => {
      const row = wanted.slice(i * 3, i * 3 + 3);
      return BigInt(row.indexOf(Math.max(...row)));
    });
    expect(Array.from(label?.data as BigInt64Array)).toEqual(best);
  });

  it.each([1, 2, 3, 7, 100])("gives the same in batches of %i as at once", async (batchSize) => {
    const whole = await model.run({ pixels: pixels(7) });
    const parts = await model.run({ pixels: pixels(7) }, { batchSize });
    expect(parts).toEqual(whole);
  });

  it("takes the optimization level and gives the same label", async () => {
    const plain = await load(bytes, { optimization: "disabled" });
    expect((await plain.run({ pixels: pixels(5) })).label).toEqual(
      (await model.run({ pixels: pixels(5) })).label,
    );
    await plain.close();
  });

  it.each<[string, Record<string, Tensor>, string, string]>([
    ["an unknown name", { pixels: pixels(1), mask: pixels(1) }, "E_INPUT_NAME", "no input mask"],
    ["a missing input", {}, "E_INPUT_NAME", "pixels was not given"],
    [
      "another dtype",
      { pixels: tensor("uint8", new Uint8Array(4), [1, 2, 2, 1]) },
      "E_INPUT_DTYPE",
      "given as uint8",
    ],
    [
      "another size",
      { pixels: tensor("float32", new Float32Array(6), [1, 3, 2, 1]) },
      "E_INPUT_SHAPE",
      "axis 1",
    ],
    ["another rank", { pixels: tensor("float32", new Float32Array(4), [1, 4]) }, "E_INPUT_SHAPE", "rank"],
    ["no samples", { pixels: pixels(0) }, "E_INPUT_SHAPE", "no samples"],
  ])("refuses %s", async (_, feeds, code, words) => {
    for (const options of [{}, { batchSize: 2 }]) {
      const refused = expect(model.run(feeds, options)).rejects;
      await refused.toMatchObject({ code, exit: 2, message: expect.stringContaining(words) });
    }
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses batches of %p", async (batchSize) => {
    await expect(model.run({ pixels: pixels(2) }, { batchSize })).rejects.toMatchObject({
      code: "E_BATCH_SIZE",
    });
  });

  it("refuses to join outputs that have no row per sample", async () => {
    const graph = makeGraph(
      [makeNode("ReduceSum", ["x"], ["y"], { attributes: { keepdims: 1n } })],
      "g",
      [makeTensorValueInfo("x", "float32", ["n"])],
      [makeTensorValueInfo("y", "float32", [1])],
    );
    const sum = await load(encodeModel(makeModel(graph)));
    const feeds = { x: tensor("float32", Float32Array.of(1, 2, 3), [3]) };
    expect((await sum.run(feeds)).y?.data[0]).toBe(6);
    await expect(sum.run(feeds, { batchSize: 2 })).rejects.toMatchObject({ code: "E_BATCH_OUTPUT" });
    await sum.close();
  });

  it("refuses to run after it was closed; closing twice is fine", async () => {
    const short = await load(bytes);
    await short.close();
    await short.close();
    await expect(short.run({ pixels: pixels(1) })).rejects.toMatchObject({ code: "E_CLOSED" });
  });

  it("closes once the runs that have begun are through", async () => {
    const busy = await load(bytes);
    let done = 0;
    const runs = [1, 2, 3].map(async (samples) => {
      await busy.run({ pixels: pixels(samples) });
      done++;
    });
    await busy.close();
    // All that the runs have settled follows in this turn of the event loop.
    await new Promise(setImmediate);
    expect(done).toBe(3);
    await Promise.all(runs);
  });

  it("does not classify by a card that does not fit the graph", async () => {
    const { model: whole, card } = tinyClassifier();
    const fewer = writeCard(whole, { ...card, labels: card.labels.slice(1) });
    const wrong = await load(encodeModel(fewer));
    await expect(wrong.classify([new Float32Array(4)])).rejects.toMatchObject({ code: "E_PROFILE" });
    await wrong.close();
  });

  it("refuses data that does not fill its shape exactly, in run and classify alike", async () => {
    const lengths = fc.nat(40).filter((length) => length !== 8);
    await fc.assert(
      fc.asyncProperty(lengths, fc.option(fc.constantFrom(1, 2, 9)), async (length, batchSize) => {
        const pictures = { dtype: "float32", dims: [2, 2, 2, 1], data: new Float32Array(length) } as const;
        const options = batchSize === null ? {} : { batchSize };
        const refusal = { code: "E_INPUT_SHAPE", message: expect.stringContaining(`${length} values`) };
        await expect(model.run({ pixels: pictures }, options)).rejects.toMatchObject(refusal);
        await expect(model.classify(pictures)).rejects.toMatchObject(refusal);
      }),
    );
  });

  it("refuses a picture with a value that is no pixel, wherever it is, and names the place", async () => {
    const strange = fc.oneof(
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1e-30, 255.00002),
      fc.float({ noNaN: true, max: -1 }),
      fc.float({ noNaN: true, min: 256 }),
    );
    await fc.assert(
      fc.asyncProperty(strange, fc.nat(2), fc.nat(3), fc.boolean(), async (value, picture, at, stacked) => {
        const pictures = Array.from({ length: 3 }, () => Float32Array.of(0, 255, 17.5, 3));
        pictures[picture]![at] = value;
        const all = Float32Array.from(pictures.flatMap((one) => [...one]));
        await expect(
          model.classify(stacked ? tensor("float32", all, [3, 2, 2, 1]) : pictures),
        ).rejects.toMatchObject({
          code: "E_PIXEL_VALUE",
          exit: 2,
          message: expect.stringContaining(
            `picture ${picture} has the value ${Math.fround(value)} at row ${at >> 1}, column ${at & 1}`,
          ),
        });
      }),
    );
  });

  it.each([
    ["a lone array", new Float32Array(4)],
    ["numbers", 7],
    ["nothing", null],
    ["integers", tensor("uint8", new Uint8Array(4), [1, 2, 2, 1])],
    ["data of no type", { dtype: "float32", dims: [1, 2, 2, 1], data: [1, 2, 3, 4] }],
  ])("refuses to classify %s", async (_, pictures) => {
    await expect(model.classify(pictures as never)).rejects.toMatchObject({ code: "E_INPUT_DTYPE" });
  });

  it("does not call the first class of a model that computes NaN", async () => {
    const broken = await load(
      tinyClassifier(Array.from({ length: 12 }, () => Number.POSITIVE_INFINITY)).bytes,
    );
    await expect(broken.classify([Float32Array.of(1, 1, 1, 1)])).rejects.toMatchObject({
      code: "E_OUTPUT_NAN",
    });
    await broken.close();
  });

  it("classifies pictures, given as arrays or as one tensor", async () => {
    const pictures = [Float32Array.of(255, 0, 0, 0), Float32Array.of(0, 255, 0, 0)];
    const answers = await model.classify(pictures);
    expect(answers.map(({ label, index }) => [label, index])).toEqual([
      ["left", 0],
      ["right", 1],
    ]);
    expect(answers[1]?.probability).toBeCloseTo(tinyProbabilities([0, 255, 0, 0])[1] as number, 6);
    expect(answers[1]?.probabilities).toHaveLength(3);
    const stacked = tensor("float32", Float32Array.of(255, 0, 0, 0, 0, 255, 0, 0), [2, 2, 2, 1]);
    expect(await model.classify(stacked)).toEqual(answers);
    expect(await model.classify([])).toEqual([]);
    await expect(model.classify([new Float32Array(5)])).rejects.toMatchObject({ code: "E_INPUT_SHAPE" });
  });
});
