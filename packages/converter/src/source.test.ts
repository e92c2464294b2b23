/** @needs tensorflow */

import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow, type TensorFlow } from "@congruent/toolchain";
import { beforeAll, expect, it, jest } from "@jest/globals";
import { convertLayersModel } from "./convert-layers-model.js";
import { drawWeights, predict } from "./matrix/run-case.js";
import { flawsOf } from "./matrix/run-model.js";
import { sourceOfModel } from "./source.js";

jest.setTimeout(timeLimits.training);

type Model = ReturnType<TensorFlow["model"]>;
type Symbolic = ReturnType<TensorFlow["input"]>;

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

const apply = (layer: { apply(x: Symbolic | Symbolic[]): unknown }, ...x: Symbolic[]) =>
  layer.apply(x.length === 1 ? (x[0] as Symbolic) : x) as Symbolic;

/** What tfjs and ONNX Runtime have against the reference, for some rows of three numbers each. */
async function flaws(model: Model): Promise<string[]> {
  drawWeights(tf, model, 2);
  const proto = convertLayersModel(sourceOfModel(model));
  const fed = model.inputs.map((_, i) => tensor("float32", Float32Array.of(1, -2, 3, 0, i, 0.5), [2, 3]));
  const names = proto.graph?.input.map(({ name }) => name) ?? [];
  expect(names).toEqual(model.inputs.map(({ name }) => name.replace(/_\d+$/, "")));
  const feeds = Object.fromEntries(names.map((name, i) => [name, fed[i] as (typeof fed)[number]]));
  return flawsOf({ proto, feeds, expected: predict(tf, model, fed) });
}

const inner = (name: string) =>
  tf.sequential({
    name,
    layers: [tf.layers.dense({ units: 3, name: "same", activation: "tanh", inputShape: [3] })],
  });

it("layers of the same name in nested models, each called twice, keep their weights", async () => {
  const [left, right] = ["left", "right"].map((name) => tf.input({ shape: [3], name })) as [
    Symbolic,
    Symbolic,
  ];
  const [one, two] = [inner("one"), inner("two")];
  const sum = apply(tf.layers.add({ name: "sum" }), apply(one, left), apply(two, right));
  const outputs = [apply(two, apply(one, sum)), apply(one, right)];
  const model = tf.model({ inputs: [right, left], outputs });
  const source = sourceOfModel(model);
  // The second that is met has its model's name before its own.
  expect([...source.weights.keys()].filter((name) => name.endsWith("same/kernel"))).toHaveLength(2);
  expect(await flaws(model)).toEqual([]);
});

it("one layer that is in two nested models has one weight", async () => {
  const shared = tf.layers.dense({ units: 3, name: "shared" });
  const around = (name: string) => {
    const x = tf.input({ shape: [3], name: `${name}_x` });
    return tf.model({ inputs: x, outputs: apply(shared, x), name });
  };
  const x = tf.input({ shape: [3], name: "x" });
  const model = tf.model({ inputs: x, outputs: apply(around("second"), apply(around("first"), x)) });
  const source = sourceOfModel(model);
  expect([...source.weights.keys()]).toEqual(["shared/kernel", "shared/bias"]);
  expect(convertLayersModel(source).graph?.initializer.map(({ name }) => name)).toEqual([
    "shared/kernel",
    "shared/bias",
  ]);
  expect(await flaws(model)).toEqual([]);
});

it("a sequential model that begins with nested ones takes their input", async () => {
  const model = tf.sequential({ layers: [inner("first"), tf.layers.dense({ units: 2, name: "last" })] });
  model.build();
  const proto = convertLayersModel(sourceOfModel(model));
  expect(proto.graph?.input.map(({ name }) => name)).toEqual(model.inputNames);
  expect(proto.graph?.output.map(({ name }) => name)).toEqual(model.outputNames);
  expect(proto.graph?.node[0]?.name).toBe("first/same/MatMul");
});

it("one tensor may be taken twice, and a batch may be fixed", async () => {
  const x = tf.input({ batchShape: [2, 3], name: "x" });
  const model = tf.model({ inputs: x, outputs: apply(tf.layers.multiply({ name: "square" }), x, x) });
  expect(await flaws(model)).toEqual([]);
  const [output] = convertLayersModel(sourceOfModel(model)).graph?.output ?? [];
  const { value } = output?.type?.value ?? {};
  expect(JSON.stringify(value, (_, each) => (typeof each === "bigint" ? Number(each) : each))).toContain(
    '"value":2',
  );
});
