import { CongruentError, type DType, type Tensor, tensor } from "@congruent/core";
import { withLogits } from "./logits.js";
import { inputNames, outputNames } from "./names.js";
import { paired } from "./paired.js";
import type { LayersModel, TensorFlow, Tensor as TfTensor } from "./tensorflow.js";

/**
 * Runs a layers model once, as its author would, and names its results as an exported file does: by its outputs; and where it is fed with
 * `pixels` alone and is a classifier that ends in a softmax, also by the image classifier's interface, `label`, `probabilities` and `logits`.
 *
 * @param feeds by the names of the model's inputs, or in their order under others; [batch, …], numbers that the model's types can hold
 * @throws CongruentError `E_LAYERS_INTERFACE` where there are more or fewer, `E_INPUT_DTYPE`
 */
export function runLayersModel(
  tf: TensorFlow,
  model: LayersModel,
  feeds: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const onlyPixels = isImageClassifier(model, Object.keys(feeds));
  const given = paired("inputs", inputNames(model), Object.keys(feeds));
  const outputs: Record<string, Tensor> = {};
  tf.tidy(() => {
    const fed = given.map((name, i) => toTf(tf, name, feeds[name] as Tensor, model.inputs[i]?.dtype));
    const run = () => resultsOf(model, fed);
    const results = run();
    const own = outputNames(model);
    results.forEach((value, i) => {
      outputs[own[i] as string] = fromTf(value);
    });
    if (onlyPixels) {
      const [logits] = withLogits(tf, model, run) as [TfTensor];
      const [probabilities] = results as [TfTensor];
      Object.assign(outputs, { probabilities: fromTf(probabilities), logits: fromTf(logits) });
      const label = BigInt64Array.from(tf.argMax(probabilities, -1).dataSync(), BigInt);
      outputs.label = tensor("int64", label, [label.length]);
    }
  });
  return outputs;
}

/** One for each output; tfjs itself gives nothing for an output that the model has twice. */
function resultsOf(model: LayersModel, fed: TfTensor[]): TfTensor[] {
  const first = model.outputs.map((output) => model.outputs.indexOf(output));
  if (new Set(first).size === first.length) {
    return [model.predictOnBatch(fed.length === 1 ? (fed[0] as TfTensor) : fed)].flat();
  }
  const given = [model.call(fed, { training: false })].flat();
  return first.map((index) => given[index] as TfTensor);
}

function isImageClassifier(model: LayersModel, feeds: readonly string[]): boolean {
  return inputNames(model).length === 1 && feeds.join() === "pixels" && endsInSoftmax(model);
}

/** Whether a model is a classifier whose probabilities come from logits. */
export function endsInSoftmax(model: LayersModel): boolean {
  const [output, ...others] = model.outputs;
  const last = output?.sourceLayer as { activation?: { getClassName(): string } } | undefined;
  return others.length === 0 && output?.shape.length === 2 && last?.activation?.getClassName() === "softmax";
}

/** A tensor of the type that the model takes, with the same numbers. */
function toTf(tf: TensorFlow, name: string, { data, dims }: Tensor, dtype = "float32"): TfTensor {
  const numbers = Array.from(data as ArrayLike<unknown>, Number);
  const typed = dtype === "float32" ? Float32Array.from(numbers) : Int32Array.from(numbers);
  const odd = numbers.findIndex((x, i) => !Object.is(typed[i], x) && typed[i] !== x);
  if (odd < 0) return tf.tensor(typed, [...dims], dtype as "float32");
  throw new CongruentError({
    code: "E_INPUT_DTYPE",
    what: `the source model takes ${name} as ${dtype}, which cannot hold ${numbers[odd]}`,
    expected: `values that ${dtype} holds exactly`,
    fix: "give other inputs, or leave tfjs out",
  });
}

/** The element types of tfjs, as tensors here hold them. */
const ARRAYS: Readonly<Partial<Record<DType, (data: ArrayLike<number>) => Tensor["data"]>>> = {
  float32: (data) => Float32Array.from(data),
  int32: (data) => Int32Array.from(data),
  bool: (data) => Uint8Array.from(data),
};

function fromTf(value: TfTensor): Tensor {
  const make = ARRAYS[value.dtype as DType];
  if (make) return tensor(value.dtype as "float32", make(value.dataSync()) as Float32Array, [...value.shape]);
  throw new CongruentError({
    code: "E_OUTPUT_TYPE",
    what: `an output of the source model is ${value.dtype}`,
    expected: "float32, int32 or bool",
  });
}
