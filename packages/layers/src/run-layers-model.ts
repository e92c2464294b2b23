import { CongruentError, rows, type Tensor, tensor } from "@congruent/core";
import { loadTensorFlow } from "@congruent/toolchain";
import { loadLayersModel } from "./layers-format.js";
import { inputNames, outputNames } from "./names.js";
import type { TensorFlow, Tensor as TfTensor } from "./tensorflow.js";

/**
 * Runs any model saved in the tfjs layers format on tfjs-node, as its author would run it. Inputs and outputs are those of a file that was made
 * from it: paired by name, or by position where the names are others.
 *
 * @param options.inputs by name, each [n, …] for the same n
 * @param options.outputs the names to give the outputs
 * @param options.batchSize samples at a time
 * @returns each output [n, …], float32 or int32
 * @throws CongruentError `E_LAYERS_INTERFACE` where the numbers of inputs or outputs differ; `E_INPUT_DTYPE` for values that the model's type
 * cannot hold
 */
export async function runLayersModel(options: {
  directory: string;
  inputs: Record<string, Tensor>;
  outputs: readonly string[];
  batchSize: number;
}): Promise<{ outputs: Record<string, Tensor>; versions: Record<string, string> }> {
  const { directory, inputs, batchSize } = options;
  const tf = await loadTensorFlow({ device: "cpu" });
  const model = await loadLayersModel(tf, directory);
  const given = paired("inputs", inputNames(model), Object.keys(inputs));
  const wanted = paired("outputs", outputNames(model), options.outputs);
  const values = given.map((name) => inputs[name] as Tensor);
  const count = values[0]?.dims[0] ?? 0;
  const parts: { data: Float32Array | Int32Array; dims: number[] }[][] = wanted.map(() => []);
  for (let begin = 0; begin < count; begin += batchSize) {
    tf.tidy(() => {
      const feeds = values.map((value, i) =>
        fed(tf, rows(value, begin, begin + batchSize), given[i] as string, model.inputs[i]?.dtype),
      );
      const made = model.predict(feeds.length === 1 ? (feeds[0] as TfTensor) : feeds);
      for (const [i, y] of [made].flat().entries()) {
        parts[i]?.push({ data: y.dataSync() as Float32Array | Int32Array, dims: [...y.shape] });
      }
    });
  }
  const entries = wanted.map((name, i) => [name, joined(parts[i] ?? [])] as const);
  return {
    outputs: Object.fromEntries(entries),
    versions: { "tfjs-node": tf.version["tfjs-node"] ?? tf.version_core },
  };
}

/** For each of the model's names, in its order, the one that the file has for it. */
function paired(kind: "inputs" | "outputs", own: readonly string[], others: readonly string[]): string[] {
  if (own.length !== others.length) {
    throw new CongruentError({
      code: "E_LAYERS_INTERFACE",
      what: `the source model has the ${kind} ${own.join(", ")}, and the file ${others.join(", ")}`,
      expected: "as many of both",
      fix: "give the layers model that the file was made from",
    });
  }
  return own.every((name) => others.includes(name)) ? [...own] : [...others];
}

/** A tensor of the type that the model takes, with the same numbers. */
function fed(tf: TensorFlow, { data, dims }: Tensor, name: string, dtype = "float32"): TfTensor {
  const numbers = Array.from(data as ArrayLike<unknown>, Number);
  const whole = dtype === "int32" || dtype === "bool";
  const typed = whole ? Int32Array.from(numbers) : Float32Array.from(numbers);
  const odd = numbers.findIndex((x, i) => !Object.is(typed[i], x) && typed[i] !== x);
  if (odd < 0) return tf.tensor(typed, [...dims], dtype as "float32");
  throw new CongruentError({
    code: "E_INPUT_DTYPE",
    what: `the source model takes ${name} as ${dtype}, which cannot hold ${numbers[odd]}`,
    expected: `values that ${dtype} holds exactly`,
    fix: "give other inputs, or leave tfjs out",
  });
}

/** Batches behind each other. */
function joined(parts: readonly { data: Float32Array | Int32Array; dims: number[] }[]): Tensor {
  const [first] = parts;
  if (!first) return tensor("float32", new Float32Array(0), [0]);
  const length = parts.reduce((sum, { data }) => sum + data.length, 0);
  const batch = parts.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0);
  const all = first.data instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
  let at = 0;
  for (const { data } of parts) {
    all.set(data, at);
    at += data.length;
  }
  const dims = [batch, ...first.dims.slice(1)];
  return all instanceof Int32Array ? tensor("int32", all, dims) : tensor("float32", all, dims);
}
