/** @needs tensorflow */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { loadLayersModel } from "./layers-format.js";

jest.setTimeout(timeLimits.training);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-keras3-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const KERNEL = [1, 2, 3, 4, 5, 6];
const BIAS = [10, 20];

async function write(name: string, topology: object, prefix = "", more: object = {}): Promise<string> {
  const directory = join(folder, name);
  await mkdir(directory);
  const weights = [
    { name: `${prefix}d/kernel`, shape: [3, 2], dtype: "float32" },
    { name: `${prefix}d/bias`, shape: [2], dtype: "float32" },
  ];
  const model = {
    format: "layers-model",
    modelTopology: topology,
    weightsManifest: [{ paths: ["w.bin"], weights }],
    ...more,
  };
  await writeFile(join(directory, "model.json"), JSON.stringify(model));
  await writeFile(join(directory, "w.bin"), new Uint8Array(Float32Array.of(...KERNEL, ...BIAS).buffer));
  return directory;
}

const dtype = {
  module: "keras",
  class_name: "DTypePolicy",
  config: { name: "float32" },
  registered_name: null,
};
const input = {
  module: "keras.layers",
  class_name: "InputLayer",
  config: { batch_shape: [null, 3], dtype: "float32", sparse: false, name: "z" },
};
const dense = (more: object) => ({
  module: "keras.layers",
  class_name: "Dense",
  config: { name: "d", trainable: true, units: 2, activation: "linear", use_bias: true, ...more },
});
const tensor = {
  class_name: "__keras_tensor__",
  config: { shape: [null, 3], dtype: "float32", keras_history: ["z", 0, 0] },
};

describe("a model that Keras 3 wrote", () => {
  // As tensorflowjs_converter 4.22 writes them after Keras 3.
  const sequential = {
    keras_version: "3.5.0",
    backend: "tensorflow",
    model_config: {
      class_name: "Sequential",
      config: { name: "sequential", dtype, layers: [input, dense({ dtype })], build_input_shape: [null, 3] },
    },
  };
  const functional = {
    keras_version: "3.5.0",
    backend: "tensorflow",
    model_config: {
      class_name: "Functional",
      config: {
        name: "functional",
        layers: [
          { ...input, name: "z", inbound_nodes: [] },
          { ...dense({ dtype }), name: "d", inbound_nodes: [{ args: [tensor], kwargs: {} }] },
        ],
        input_layers: ["z", 0, 0],
        output_layers: ["d", 0, 0],
      },
    },
  };
  /** Keras 2's connections under Keras 3's `batch_shape`, as converters leave them half done. */
  const mixed = {
    class_name: "Model",
    config: {
      name: "m",
      layers: [
        { ...input, name: "z", inbound_nodes: [] },
        { ...dense({}), name: "d", inbound_nodes: [[["z", 0, 0, {}]]] },
      ],
      input_layers: [["z", 0, 0]],
      output_layers: [["d", 0, 0]],
    },
  };

  it.each([
    ["sequential", sequential, "sequential/"],
    ["functional", functional, "functional/"],
    ["mixed", mixed, ""],
  ])("is read (%s), with the weights in their places", async (name, topology, prefix) => {
    const tf = await loadTensorFlow({ device: "cpu" });
    const model = await loadLayersModel(tf, await write(name, topology, prefix));
    const out = model.predict(tf.tensor2d([[1, 10, 100]])) as { dataSync(): ArrayLike<number> };
    // By hand: 1 · [1 2] + 10 · [3 4] + 100 · [5 6] + [10 20].
    expect(Array.from(out.dataSync())).toEqual([541, 662]);
  });

  it("is named as Keras 3's, with what to do, where tfjs does not know a layer", async () => {
    const tf = await loadTensorFlow({ device: "cpu" });
    const layers = [input, { ...dense({ dtype }), class_name: "GroupQueryAttention" }];
    const unknown = {
      ...sequential,
      model_config: { class_name: "Sequential", config: { name: "s", layers } },
    };
    await expect(loadLayersModel(tf, await write("unknown", unknown))).rejects.toMatchObject({
      code: "E_LAYERS_MODEL",
      what: expect.stringContaining("Keras 3"),
      fix: expect.stringContaining("model.export('model.onnx', format='onnx')"),
    });
  });
});

it("a graph model is named for what it is", async () => {
  const tf = await loadTensorFlow({ device: "cpu" });
  for (const [name, more] of [
    ["declared", { format: "graph-model" }],
    ["undeclared", { format: undefined }],
  ] as const) {
    await expect(
      loadLayersModel(tf, await write(name, { node: [], library: {} }, "", more)),
    ).rejects.toMatchObject({
      code: "E_LAYERS_MODEL",
      what: expect.stringContaining("tfjs graph model"),
      fix: expect.stringContaining("tf2onnx.convert --saved-model"),
    });
  }
});
