import { CongruentError, rows, sizeOf, type Tensor, tensor } from "@congruent/core";
import type { Split } from "@congruent/datasets";
import type { Model } from "@congruent/runtime";
import type { ClassScores } from "./metrics/check-scores.js";

/** Outputs that rank the classes, the most telling first. */
const RANKED = ["probabilities", "logits", "scores"] as const;

/** What a model says of every image of a split. */
export interface Predictions {
  /** The class index of each. */
  predicted: Int32Array;
  /** The most telling of the outputs that it has; null where it gives labels alone. */
  scores: { from: (typeof RANKED)[number]; values: ClassScores } | null;
  /** Inference alone. */
  seconds: number;
}

export interface PredictOptions {
  /** The name of the model's input. */
  input: string;
  classes: number;
  /** Images per run. */
  batchSize: number;
  /** Called after each batch with the number of images done. */
  progress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Runs an image classifier over all images of a split, batch by batch.
 *
 * @throws CongruentError `E_PROFILE` for outputs that are not an image classifier's, and what the model's `run` throws
 */
export async function predict(model: Model, split: Split, options: PredictOptions): Promise<Predictions> {
  const { input, classes, batchSize, progress } = options;
  const total = split.labels.length;
  const predicted = new Int32Array(total);
  let scores: Predictions["scores"] = null;
  let milliseconds = 0;
  // One buffer for all batches, converted one by one: all of MNIST's training images would take 188 MB as float32, and a new
  // buffer for each keeps the garbage collector busy.
  const stride = sizeOf(split.images.dims.slice(1));
  const buffer = new Float32Array(Math.min(batchSize, total) * stride);
  for (let begin = 0; begin < total; begin += batchSize) {
    const images = rows(split.images, begin, begin + batchSize);
    const count = images.dims[0] ?? 0;
    buffer.set(images.data);
    const pixels = tensor("float32", buffer.subarray(0, count * stride), images.dims);
    const started = performance.now();
    const outputs = await model.run({ [input]: pixels });
    milliseconds += performance.now() - started;
    const found = outputsOf(outputs, count, classes);
    for (let i = 0; i < count; i++) predicted[begin + i] = Number(found.label.data[i]);
    if (found.ranked) {
      const { from, values } = found.ranked;
      scores ??= { from, values: emptyLike(values, total, classes) };
      scores.values.data.set(values.data, begin * classes);
    }
    progress?.(begin + count, total);
  }
  return { predicted, scores, seconds: milliseconds / 1000 };
}

function emptyLike({ dtype }: ClassScores, samples: number, classes: number): ClassScores {
  const dims = [samples, classes];
  return dtype === "float32"
    ? tensor(dtype, new Float32Array(samples * classes), dims)
    : tensor(dtype, new Float64Array(samples * classes), dims);
}

function outputsOf(
  outputs: Record<string, Tensor>,
  count: number,
  classes: number,
): { label: Tensor<"int64">; ranked: { from: (typeof RANKED)[number]; values: ClassScores } | null } {
  const { label } = outputs;
  if (label?.dtype !== "int64" || label.data.length !== count) {
    throw profileError("label", label, `int64 [${count}]`);
  }
  const from = RANKED.find((name) => outputs[name] !== undefined);
  if (from === undefined) return { label, ranked: null };
  const values = outputs[from] as Tensor;
  const fits = values.dims.length === 2 && values.dims[0] === count && values.dims[1] === classes;
  if (!fits || (values.dtype !== "float32" && values.dtype !== "float64")) {
    throw profileError(from, values, `float32 [${count}, ${classes}], or no such output`);
  }
  return { label, ranked: { from, values } };
}

function profileError(name: string, found: Tensor | undefined, expected: string): CongruentError {
  return new CongruentError({
    code: "E_PROFILE",
    what: `the model's output ${name} is ${found ? `${found.dtype} [${found.dims.join(", ")}]` : "missing"}`,
    expected,
    fix: "export the model again, with the image-classifier profile",
  });
}
