/** @needs tensorflow */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { predictLayersModel, saveLayersModel } from "./index.js";

jest.setTimeout(timeLimits.training);

const KERNEL = [
  [1, -2],
  [0.5, 3],
];
const BIAS = [0.25, -1];
const TABLE = [
  [10, 20],
  [30, 40],
  [50, 60],
];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "congruent-layers-"));
  const tf = await loadTensorFlow({ device: "cpu" });
  const x = tf.input({ shape: [2], name: "x" });
  const id = tf.input({ shape: [1], dtype: "int32", name: "id" });
  const dense = tf.layers.dense({
    name: "dense",
    units: 2,
    weights: [tf.tensor2d(KERNEL), tf.tensor1d(BIAS)],
  });
  const table = tf.layers.embedding({
    name: "table",
    inputDim: 3,
    outputDim: 2,
    weights: [tf.tensor2d(TABLE)],
  });
  const z = dense.apply(x) as ReturnType<typeof tf.input>;
  const rows = tf.layers
    .flatten({ name: "rows" })
    .apply(table.apply(id) as ReturnType<typeof tf.input>) as ReturnType<typeof tf.input>;
  const sum = tf.layers.add({ name: "sum" }).apply([z, rows]) as ReturnType<typeof tf.input>;
  await saveLayersModel(tf.model({ inputs: [x, id], outputs: [sum, rows] }), directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const XS = [
  [1, 2],
  [-1, 0.5],
  [4, -4],
  [0, 8],
  [2, 2],
];
const IDS = [2, 0, 1, 1, 2];
const x = tensor("float32", Float32Array.from(XS.flat()), [5, 2]);
const id = tensor("int64", BigInt64Array.from(IDS, BigInt), [5, 1]);

/** By hand. All numbers are small and dyadic: nothing rounds. */
const ROWS = IDS.map((at) => TABLE[at] as number[]);
const SUM = XS.map(([a = 0, b = 0], n) =>
  [0, 1].map(
    (j) => a * (KERNEL[0]?.[j] ?? 0) + b * (KERNEL[1]?.[j] ?? 0) + (BIAS[j] ?? 0) + (ROWS[n]?.[j] ?? 0),
  ),
);

describe("a layers model of several inputs and outputs", () => {
  it.each([
    ["by name, in whatever order", { id, x }, ["rows", "sum"]],
    ["by position, where the names are others", { a: x, b: id }, ["first", "second"]],
  ])("is run with inputs and outputs paired %s", async (_, inputs, names) => {
    for (const batchSize of [1, 2, 5, 100]) {
      const { outputs, versions } = await predictLayersModel({
        directory,
        inputs: inputs as unknown as Record<string, typeof x>,
        outputs: names,
        batching: { mode: "split", size: batchSize },
      });
      const [sum, rows] = names[0] === "rows" ? ["sum", "rows"] : names;
      expect(outputs[sum as string]).toEqual(tensor("float32", Float32Array.from(SUM.flat()), [5, 2]));
      expect(outputs[rows as string]).toEqual(tensor("float32", Float32Array.from(ROWS.flat()), [5, 2]));
      expect(versions).toHaveProperty("tfjs-node");
    }
  });

  it("refuses another number of inputs or outputs, and values that its types cannot hold", async () => {
    const run = (inputs: object, outputs = ["sum", "rows"]) =>
      predictLayersModel({
        directory,
        inputs: inputs as Record<string, typeof x>,
        outputs,
        batching: { mode: "once" },
      });
    await expect(run({ x })).rejects.toMatchObject({ code: "E_LAYERS_INTERFACE" });
    await expect(run({ x, id }, ["sum"])).rejects.toMatchObject({ code: "E_LAYERS_INTERFACE" });
    const half = tensor(
      "float32",
      Float32Array.from(IDS, (each) => each + 0.5),
      [5, 1],
    );
    await expect(run({ x, id: half })).rejects.toMatchObject({ code: "E_INPUT_DTYPE" });
  });
});
