import { type Tensor, tensor } from "@congruent/core";
import { encodeModel, type ModelProto, modelInterface } from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import type { TensorFlow } from "@congruent/toolchain";
import { convertLayersModel, NEWEST_OPSET, OLDEST_OPSET } from "../convert-layers-model.js";
import { type LayersModelSource, sourceOfModel } from "../source.js";
import type { MatrixCase } from "./layer-cases.js";
import { flawsOf, fromTfjs } from "./run-model.js";
import { statedSizes } from "./sizes-agree.js";

type Model = ReturnType<TensorFlow["model"]>;
type Applied = Pick<Model, "apply">;
type Given = ReturnType<TensorFlow["tensor"]>;

/** What free sizes are run with: the batch, then others. Twice, so that a size that was fixed by mistake shows. */
const FREE: readonly (readonly number[])[] = [
  [2, 7, 6, 5, 4],
  [3, 8, 9, 4, 5],
];

interface LayerClass {
  new (config: object): { apply(x: unknown): unknown };
  fromConfig(layerClass: LayerClass, config: object): { apply(x: unknown): unknown };
}

/** The model of a case, with seeded weights. */
export function modelOf(
  tf: TensorFlow,
  { className, inputs, options, cases }: MatrixCase,
  seed: number,
): Model {
  const classes = tf.serialization.SerializationMap.getMap().classNameMap;
  const layerClass = classes[className]?.[0] as unknown as LayerClass;
  // Options that tfjs changes, such as a padding that it fills in, must not change the case.
  const given = { name: "layer", ...structuredClone(options) };
  const layer = cases.nested ? layerClass.fromConfig(layerClass, given) : new layerClass(given);
  const tensors = inputs.map((shape, i) =>
    tf.input({ batchShape: [...shape], name: `input${i}`, ...(cases.dtype ? { dtype: cases.dtype } : {}) }),
  );
  const copied = cases.spoilsShape ? tensors.map((x) => copyOf(tf, x)) : tensors;
  const outputs = layer.apply(copied.length === 1 ? copied[0] : copied);
  const model = tf.model({ inputs: tensors, outputs: outputs as ReturnType<TensorFlow["input"]> });
  drawWeights(tf, model, seed);
  return model;
}

/** The same under a shape of its own. */
function copyOf(tf: TensorFlow, x: ReturnType<TensorFlow["input"]>) {
  const dims = x.shape.slice(1).map((_, i) => i + 1);
  return tf.layers.permute({ dims, name: "copy" }).apply(x) as typeof x;
}

/** Draws all weights again: what is a variance is positive. */
export function drawWeights(tf: TensorFlow, model: Model, seed: number): void {
  const next = seededNumbers(seed + 1000);
  for (const weight of model.weights) {
    const size = weight.shape.reduce<number>((product, length) => product * (length ?? 1), 1);
    const draw = () => (weight.originalName.endsWith("variance") ? Math.abs(next()) + 0.1 : next());
    weight.write(tf.tensor(Float32Array.from({ length: size }, draw), weight.shape as number[]));
  }
}

/** Mostly small numbers; some zeros, and some so large that activations are at their ends. */
const mixed = (next: () => number) => {
  const kind = next();
  if (kind > 0.9) return 0;
  return kind > 0.8 ? next() * 30 : next() * 2;
};

/** Seeded inputs of a case. @param sizes of free axes, by their place */
export function inputsOf(
  { inputs, cases }: MatrixCase,
  seed: number,
  sizes = FREE[0] as readonly number[],
): Tensor[] {
  const next = seededNumbers(seed);
  return inputs.map((shape) => {
    const dims = shape.map((size, axis) => size ?? (sizes[axis] as number));
    const draw = () => (cases.numbers ?? mixed)(next);
    const numbers = Array.from({ length: dims.reduce((a, b) => a * b, 1) }, draw);
    return cases.dtype === "int32"
      ? tensor("int32", Int32Array.from(numbers), dims)
      : tensor("float32", Float32Array.from(numbers), dims);
  });
}

/** @returns the converted model and what is wrong with it */
export async function runCase(
  tf: TensorFlow,
  matrixCase: MatrixCase,
  seed: number,
): Promise<{ proto: ModelProto; flaws: string[] }> {
  const { inputs, cases } = matrixCase;
  await tf.setBackend(cases.backend ?? "tensorflow");
  const opset = OLDEST_OPSET + (seed % (NEWEST_OPSET - OLDEST_OPSET + 1));
  const model = modelOf(tf, matrixCase, seed);
  const source = sourceOfModel(model);
  const proto = convertLayersModel(source, { opset });
  const sparse = convertLayersModel(
    { ...source, modelTopology: withGivenOptions(source, matrixCase) },
    { opset },
  );
  const flaws = shapesLost(proto, model);
  if (!Buffer.from(encodeModel(sparse)).equals(encodeModel(proto))) {
    flaws.push("options that a file leaves out are not those that tfjs takes then");
  }
  const free = inputs.some((shape) => shape.slice(1).includes(null));
  for (const sizes of free ? FREE : FREE.slice(0, 1)) {
    const fed = inputsOf(matrixCase, seed, sizes);
    const names = modelInterface(proto).inputs.map(({ name }) => name);
    const called = cases.alone ? (model.layers.at(-1) as Applied) : model;
    const expected = cases.predict ? predictAlone(tf, model, fed) : predict(tf, called, fed);
    flaws.push(
      ...(await flawsOf({
        proto,
        feeds: Object.fromEntries(names.map((name, i) => [name, fed[i] as Tensor])),
        expected,
      })),
    );
  }
  model.dispose();
  return { proto, flaws };
}

/** The model's topology with the options that a case gives and no others: tfjs' own files have all of them. */
function withGivenOptions({ modelTopology }: LayersModelSource, { options }: MatrixCase): unknown {
  const topology = structuredClone(modelTopology) as {
    config: { layers: { name: string; config: object }[] };
  };
  for (const layer of topology.config.layers) {
    if (layer.name === "layer") layer.config = { name: "layer", ...options };
  }
  return topology;
}

/** What tfjs gives, as one call: not in batches, whose results it would put together by the shapes that it expects. */
export function predict(tf: TensorFlow, model: Applied, inputs: readonly Tensor[]): Tensor[] {
  return asked(tf, inputs, (fed) => model.apply(fed.length === 1 ? (fed[0] as Given) : fed));
}

/** What tfjs' own `predict` gives: for layers that a call of the model would hand something on to. See `predict` of LayerCases. */
export function predictAlone(tf: TensorFlow, model: Model, inputs: readonly Tensor[]): Tensor[] {
  return asked(tf, inputs, (fed) => model.predict(fed));
}

function asked(tf: TensorFlow, inputs: readonly Tensor[], ask: (fed: Given[]) => unknown): Tensor[] {
  const given = tf.tidy(() => {
    const fed = inputs.map(({ data, dims, dtype }) =>
      tf.tensor(data as Float32Array, [...dims], dtype as "float32"),
    );
    return [ask(fed)].flat() as Given[];
  });
  const outputs = given.map(fromTfjs);
  tf.dispose(given);
  return outputs;
}

/** Sizes that tfjs knows and the file does not state. */
function shapesLost(proto: ModelProto, model: Model): string[] {
  return (proto.graph?.output ?? []).flatMap((info, i) => {
    const stated = statedSizes(info);
    const known = model.outputs[i]?.shape ?? [];
    // tfjs gets the shape of Resizing wrong: it leaves out the batch.
    const fits =
      known.length !== stated.length || known.every((size, axis) => size === null || size === stated[axis]);
    return fits ? [] : [`${info.name} is [${known.join(", ")}] in tfjs and stated as [${stated.join(", ")}]`];
  });
}
