/** @needs tensorflow */

import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layerConverters } from "@congruent/converter";
import { tensor } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { parityReportSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { load } from "@congruent/runtime";
import { loadTensorFlow, loadTfjs } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { exportModel } from "./index.js";
import { type StoredWeight, stored, writeLayersFiles } from "./testing/layers-files.js";

jest.setTimeout(timeLimits.training);

type Tf = Awaited<ReturnType<typeof loadTensorFlow>>;

let tf: Tf;
let folder: string;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  folder = await mkdtemp(join(tmpdir(), "congruent-export-model-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const interfaceOf = async (path: string) => modelInterface((await readModel(path)).model);
const dense = (name: string, units = 2) => tf.layers.dense({ units, name });

describe("a model in memory", () => {
  it("keeps the order and names of its inputs and outputs; an input that is an output, and an output twice, are handed on", async () => {
    const first = tf.input({ shape: [3], name: "z_first" });
    const second = tf.input({ shape: [2], name: "a_second" });
    const zeta = dense("zeta").apply(first);
    const alpha = dense("alpha", 4).apply(second);
    const model = tf.model({ inputs: [first, second], outputs: [zeta, alpha, first, zeta] as never });
    const { path, verification } = await exportModel({ tf, model, out: at("order.onnx") });
    const { inputs, outputs } = await interfaceOf(path);
    expect(inputs.map(({ name, dims }) => [name, dims])).toEqual([
      ["z_first", ["batch", 3]],
      ["a_second", ["batch", 2]],
    ]);
    expect(outputs.map(({ name, dims }) => [name, dims])).toEqual([
      ["zeta", ["batch", 2]],
      ["alpha", ["batch", 4]],
      ["z_first_1", ["batch", 3]],
      ["zeta_1", ["batch", 2]],
    ]);
    expect(verification).toMatchObject({ verdict: "pass", because: "reference, tfjs, node-cpu agree" });
  });

  it("of free height and width is compared at two sizes; the file says what sizes come", async () => {
    const layers = [
      tf.layers.separableConv2d({
        filters: 4,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        inputShape: [null, null, 3] as never,
      }),
      tf.layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" }),
      tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: "same", name: "y" }),
    ];
    const { path, verification } = await exportModel({
      tf,
      model: tf.sequential({ layers }),
      out: at("free.onnx"),
    });
    const { inputs, outputs } = await interfaceOf(path);
    expect(inputs[0]?.dims).toEqual(["batch", "height", "width", 3]);
    expect(outputs[0]?.dims?.[3]).toBe(2);
    expect(verification.inputs).toHaveLength(2);
    expect(new Set(verification.inputs).size).toBe(2);
  });

  it("declares the shape of a transposed convolution over volumes as tfjs knows it", async () => {
    const layer = tf.layers.conv3dTranspose({
      filters: 2,
      kernelSize: 2,
      strides: 2,
      inputShape: [3, 4, 5, 1],
      name: "y",
    });
    const { path } = await exportModel({
      tf,
      model: tf.sequential({ layers: [layer] }),
      out: at("volume.onnx"),
    });
    expect((await interfaceOf(path)).outputs[0]?.dims).toEqual(["batch", 6, 8, 10, 2]);
  });

  it("is exported by tfjs alone where tfjs-node is not there", async () => {
    const { tf: plain } = await loadTfjs({ backend: "cpu" });
    const model = plain.sequential({
      layers: [plain.layers.dense({ units: 2, inputShape: [3], activation: "tanh" })],
    });
    const { verification } = await exportModel({ tf: plain, model, out: at("plain.onnx"), opset: 13 });
    expect(verification.verdict).toBe("pass");
  });

  it("that is too large for one file keeps its weights in a file beside it", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 40, inputShape: [30] })] });
    const { path, data, bytes } = await exportModel({ tf, model, out: at("large.onnx"), mostInside: 2000 });
    expect(data).toBe(at("large.onnx.data"));
    // 30 · 40 weights of four bytes lie outside; the 40 of the bias are less than a kilobyte and stay.
    expect((await readFile(data as string)).length).toBe(4800);
    expect(bytes).toBeLessThan(2000);
    expect((await readModel(path)).external).toEqual(["large.onnx.data"]);
  });
});

describe("recurrent layers", () => {
  it("compute in ONNX what they compute in tfjs, masks and padding included", async () => {
    const cells = [tf.layers.lstmCell({ units: 4 }), tf.layers.gruCell({ units: 3 })];
    const model = tf.sequential({
      layers: [
        tf.layers.masking({ maskValue: 0, inputShape: [5, 2] }),
        tf.layers.lstm({ units: 4, returnSequences: true, dropout: 0.3 }),
        tf.layers.bidirectional({ layer: tf.layers.gru({ units: 3, returnSequences: true }) as never }),
        tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3, activation: "tanh" }) }),
        tf.layers.rnn({ cell: cells }),
        tf.layers.dense({ units: 2, name: "y" }),
      ],
    });
    const { path, verification } = await exportModel({ tf, model, out: at("recurrent.onnx") });
    expect(verification.because).toBe("reference, tfjs, node-cpu agree");

    // At any batch size; the last two of the five time steps are masked.
    const loaded = await load(path);
    const [name = ""] = loaded.inputs.map((input) => input.name);
    for (const size of [1, 3, 6]) {
      const data = Float32Array.from({ length: size * 10 }, (_, i) => (i % 10 < 6 ? Math.sin(i * i) : 0));
      const x = tf.tensor(data, [size, 5, 2]);
      const expected = (model.predict(x) as ReturnType<typeof tf.tensor>).dataSync();
      const { y } = await loaded.run({ [name]: tensor("float32", data, [size, 5, 2]) });
      // float32 sums of a dozen products of at most 1, five time steps deep.
      expected.forEach((value, i) => {
        expect(Math.abs(Number(y?.data[i]) - value)).toBeLessThan(1e-6);
      });
      expect(y?.dims).toEqual([size, 2]);
    }
    await loaded.close();
  });

  it("that keep their state are refused by name", async () => {
    const keeping = tf.layers.lstm({ units: 2, stateful: true, batchInputShape: [4, 3, 2], name: "keeping" });
    const model = tf.sequential({ layers: [keeping] });
    await expect(exportModel({ tf, model, out: at("keeping.onnx") })).rejects.toMatchObject({
      exit: 2,
      what: expect.stringContaining("keeping"),
    });
    const captured = exportModel({ tf, model, out: at("keeping.onnx"), via: "tf2onnx" });
    await expect(captured).rejects.toMatchObject({
      code: "E_STATEFUL",
      what: expect.stringContaining("keeping"),
    });
  });
});

describe("a file that would be wrong", () => {
  const wrong = {
    // What a careless converter does: the numbers are near, and not right.
    near: layerConverters({
      ReLU: { convert: (layer) => layer.node("Mul", [layer.input, layer.scalar("slope", 1.0001)]) },
    }),
    // ELU and ReLU are the same for all that is not negative.
    somewhere: layerConverters({
      ELU: {
        convert(layer) {
          layer.config.number("alpha", 1);
          return layer.node("Relu", [layer.input]);
        },
      },
    }),
    // The numbers are right, and the shape is not what the file says.
    shape: layerConverters({
      ReLU: { convert: (layer) => layer.node("Relu", [layer.input], { shape: ["batch", 7] }) },
    }),
  };

  it.each([
    ["near", "reLU"],
    ["somewhere", "elu"],
    ["shape", "reLU"],
  ] as const)("is not written, the report is kept, and an older file stays (%s)", async (name, layer) => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 3, inputShape: [2] }), (tf.layers[layer] as Tf["layers"]["elu"])({})],
    });
    const out = at(`${name}.onnx`);
    await writeFile(out, "older");
    const report = `${out}.parity.json`;
    await expect(exportModel({ tf, model, out, layers: wrong[name] })).rejects.toMatchObject({
      code: "E_EXPORT_VERIFY",
      exit: 1,
      fix: expect.stringContaining(report),
    });
    expect(await readFile(out, "utf8")).toBe("older");
    const { verdict, model: about, cells } = await readJson(report, parityReportSchema);
    expect({ verdict, about: about.path }).toEqual({ verdict: "fail", about: out });
    expect(cells.map(({ runtime }) => runtime)).toContain("tfjs");
    expect((await readdir(folder)).filter((file) => file.startsWith("."))).toEqual([]);
  });

  it("that ONNX Runtime refuses is not written either", async () => {
    // Our checker knows no rule about the attribute; ONNX Runtime does.
    const layers = layerConverters({
      ReLU: {
        convert(layer) {
          layer.config.value("max_value");
          return layer.node("Relu", [layer.input], { attributes: { slope: 2 } });
        },
      },
    });
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 3, inputShape: [2] }), tf.layers.reLU({})],
    });
    const out = at("refused.onnx");
    await expect(exportModel({ tf, model, out, layers })).rejects.toMatchObject({
      code: "E_EXPORT_VERIFY",
      exit: 1,
    });
    expect(existsSync(out)).toBe(false);
  });

  it("leaves a report that the next right file takes away", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const out = at("again.onnx");
    await writeFile(`${out}.parity.json`, "{}");
    await exportModel({ tf, model, out });
    expect(existsSync(`${out}.parity.json`)).toBe(false);
  });
});

describe("a model in files", () => {
  const config = (more: object) => ({ name: "d", units: 2, activation: "linear", use_bias: true, ...more });
  const sequential = {
    class_name: "Sequential",
    config: {
      name: "m",
      layers: [{ class_name: "Dense", config: config({ batch_input_shape: [null, 3] }) }],
    },
  };
  /** As Keras 3 writes it: another word for the shape, policies for types, the model's name before those of weights. */
  const keras3 = {
    keras_version: "3.5.0",
    model_config: {
      class_name: "Sequential",
      config: {
        name: "sequential",
        layers: [
          { class_name: "InputLayer", config: { batch_shape: [null, 3], dtype: "float32", name: "x" } },
          {
            class_name: "Dense",
            config: config({ dtype: { class_name: "DTypePolicy", config: { name: "float32" } } }),
          },
        ],
      },
    },
  };
  const quantized: StoredWeight[] = [
    {
      ...stored("d/kernel", [3, 2], []),
      quantization: { dtype: "uint8", scale: 0.5, min: -1 },
      bytes: Uint8Array.of(0, 1, 2, 3, 4, 255),
    },
    stored("d/bias", [2], [10, 20]),
  ];

  it.each<[string, unknown, StoredWeight[], number[]]>([
    [
      "keras2",
      { keras_version: "2.15.0", model_config: sequential },
      quantized,
      [-1, -0.5, 0, 0.5, 1, 126.5],
    ],
    [
      "keras3",
      keras3,
      quantized.map((weight) => ({ ...weight, name: `sequential/${weight.name}` })),
      [-1, -0.5, 0, 0.5, 1, 126.5],
    ],
  ])("is read as it is: sharded, quantized, of %s", async (name, topology, weights, kernel) => {
    const file = await writeLayersFiles(at(name), topology, weights, { shardBytes: 5 });
    const { path } = await exportModel({ model: file, out: at(`${name}.onnx`) });
    const { model } = await readModel(path);
    const held = model.graph?.initializer.map(({ rawData }) => [...new Float32Array(rawData.slice().buffer)]);
    expect(held).toContainEqual(kernel);
    expect(held).toContainEqual([10, 20]);
  });

  const plain = [stored("d/kernel", [3, 2], [1, 2, 3, 4, 5, 6]), stored("d/bias", [2], [1, 2])] as const;
  const layer = (class_name: string, more: object = {}) => ({
    class_name: "Sequential",
    config: {
      name: "m",
      layers: [{ class_name, config: config({ batch_input_shape: [null, 3], ...more }) }],
    },
  });

  it.each<[string, string, unknown, readonly StoredWeight[], string]>([
    ["an unknown layer", "E_LAYER_UNKNOWN", layer("GroupQueryAttention"), plain, "GroupQueryAttention"],
    ["a Lambda", "E_LAYER_LAMBDA", layer("Lambda"), [], "d"],
    ["no layers", "E_MODEL_EMPTY", { class_name: "Sequential", config: { name: "m", layers: [] } }, [], "m"],
    ["a weight that is missing", "E_WEIGHT_MISSING", sequential, plain.slice(0, 1), "bias"],
    [
      "a weight of another shape",
      "E_WEIGHT_SHAPE",
      sequential,
      [stored("d/kernel", [2, 3], [1, 2, 3, 4, 5, 6]), plain[1]],
      "kernel",
    ],
    [
      "NaN among the weights",
      "E_WEIGHT_VALUE",
      sequential,
      [plain[0], stored("d/bias", [2], [1, Number.NaN])],
      "bias",
    ],
    ["float64", "E_WEIGHT_DTYPE", sequential, [{ ...plain[0], dtype: "float64" }, plain[1]], "float64"],
    ["a graph model", "E_LAYERS_MODEL", { node: [], library: {} }, [], "graph model"],
  ])("is refused by name: %s", async (name, code, topology, weights, what) => {
    const file = await writeLayersFiles(at(name), topology, weights);
    const out = at(`${name}.onnx`);
    await expect(exportModel({ model: file, out })).rejects.toMatchObject({
      code,
      exit: 2,
      what: expect.stringContaining(what),
    });
    expect(existsSync(out)).toBe(false);
  });
});

describe("what cannot be exported, or written", () => {
  it("a graph model is named for what it is", async () => {
    const graph = new tf.GraphModel({ load: async () => ({}) } as never);
    await expect(exportModel({ tf, model: graph as never, out: at("graph.onnx") })).rejects.toMatchObject({
      code: "E_MODEL_SOURCE",
      fix: expect.stringContaining("graph model"),
    });
  });

  it("a model without layers", async () => {
    await expect(exportModel({ tf, model: tf.sequential(), out: at("empty.onnx") })).rejects.toMatchObject({
      code: "E_MODEL_EMPTY",
    });
  });

  it("a model without the tfjs that made it", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    await expect(exportModel({ model, out: at("alone.onnx") })).rejects.toMatchObject({ code: "E_TF" });
  });

  it("a folder, or a file below a file", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    await writeFile(at("file"), "");
    for (const out of [folder, join(at("file"), "x.onnx")]) {
      await expect(exportModel({ tf, model, out })).rejects.toMatchObject({ code: "E_WRITE", exit: 2 });
    }
  });
});
