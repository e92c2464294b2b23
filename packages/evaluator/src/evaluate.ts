import { basename } from "node:path";
import {
  type Card,
  CongruentError,
  type Evaluation,
  rows,
  type SplitName,
  type Tensor,
  tensor,
} from "@congruent/core";
import { sha256File } from "@congruent/core/files";
import { type Dataset, partition, type Split } from "@congruent/datasets";
import { load, type Model, type OrtRuntime } from "@congruent/runtime";
import { checkFits } from "./check-fits.js";
import { accuracy } from "./metrics/accuracy.js";
import { classificationReport } from "./metrics/classification-report.js";
import { confusionMatrix } from "./metrics/confusion-matrix.js";

export interface EvaluateOptions {
  /** Path of an ONNX file with a card. */
  model: string;
  dataset: Dataset;
  /**
   * `test` unless told. On the data set that the model was trained on they are what its recipe says; on another one
   * everything but `test` is for training.
   */
  split?: SplitName;
  /** The runtime package's default unless told; one that is absent is an error, never replaced. */
  runtime?: OrtRuntime;
  /** Images per run; 256 unless told. */
  batchSize?: number;
  /** Only so many images, from the first; all unless told. */
  limit?: number;
  /** Called after each batch with the number of images done. */
  progress?: (done: number, total: number) => void;
}

/**
 * Scores of a model on a data set, computed by one runtime.
 *
 * @throws CongruentError `E_MODEL_DATASET` when the model's card does not fit the data set, `E_EVALUATE_OPTION`,
 * `E_PROFILE` for outputs that are not an image classifier's, and what the runtime's `load` and `run` throw
 * @example
 * ```ts no-run
 * const dataset = await loadDataset("mnist");
 * const { accuracy } = await evaluate({ model: "models/lenet/model.onnx", dataset });
 * ```
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { model: path, dataset, split: name = "test", runtime, batchSize = 256, limit, progress } = options;
  whole(batchSize, "batchSize");
  if (limit !== undefined) whole(limit, "limit");
  const model = await load(path, runtime === undefined ? {} : { runtime });
  try {
    const card = checkFits(model.card, dataset, path);
    const split = firstOf(splitOf(dataset, card, name), limit);
    const { predicted, probabilities, seconds } = await predict(model, card, split, batchSize, progress);
    const { labels: truth } = split;
    const labels = [...dataset.labels];
    return {
      schema: "congruent/evaluation@1",
      model: { path, sha256: await sha256File(path), name: card.name || basename(path) },
      dataset: { name: dataset.name, split: name, samples: truth.length },
      runtime: model.runtime,
      versions: model.versions,
      accuracy: accuracy(truth, predicted),
      report: classificationReport(truth, predicted, labels),
      confusion: confusionMatrix(truth, predicted, labels.length),
      labels,
      mistakes: mistakesOf(truth, predicted, probabilities),
      seconds,
    };
  } finally {
    await model.close();
  }
}

interface Predictions {
  predicted: Int32Array;
  /** Of the predicted class, or null where the model has no probabilities. */
  probabilities: Float32Array | null;
  seconds: number;
}

async function predict(
  model: Model,
  card: Card,
  split: Split,
  batchSize: number,
  progress: EvaluateOptions["progress"],
): Promise<Predictions> {
  const total = split.labels.length;
  const predicted = new Int32Array(total);
  let probabilities: Float32Array | null = new Float32Array(total);
  let milliseconds = 0;
  for (let begin = 0; begin < total; begin += batchSize) {
    const images = rows(split.images, begin, begin + batchSize);
    // Converted batch by batch: all of MNIST's training images would take 188 MB as float32.
    const pixels = tensor("float32", Float32Array.from(images.data), images.dims);
    const started = performance.now();
    const outputs = await model.run({ [card.input.name]: pixels });
    milliseconds += performance.now() - started;
    const count = images.dims[0]!;
    const { label, probability } = outputsOf(outputs, count, card.labels.length);
    for (let i = 0; i < count; i++) {
      const index = Number(label.data[i]!);
      predicted[begin + i] = index;
      if (probability === null) probabilities = null;
      else if (probabilities) probabilities[begin + i] = probability.data[i * card.labels.length + index]!;
    }
    progress?.(begin + count, total);
  }
  return { predicted, probabilities, seconds: milliseconds / 1000 };
}

function outputsOf(
  { label, probabilities }: Record<string, Tensor>,
  count: number,
  classes: number,
): { label: Tensor<"int64">; probability: Tensor<"float32"> | null } {
  if (label?.dtype !== "int64" || label.data.length !== count) {
    throw profileError("label", label, `int64 [${count}]`);
  }
  if (probabilities === undefined) return { label, probability: null };
  if (probabilities.dtype !== "float32" || probabilities.data.length !== count * classes) {
    throw profileError("probabilities", probabilities, `float32 [${count}, ${classes}], or no such output`);
  }
  return { label, probability: probabilities };
}

function profileError(name: string, found: Tensor | undefined, expected: string): CongruentError {
  return new CongruentError({
    code: "E_PROFILE",
    what: `the model's output ${name} is ${found ? `${found.dtype} [${found.dims.join(", ")}]` : "missing"}`,
    expected,
    fix: "export the model again, with the image-classifier profile",
  });
}

function mistakesOf(
  truth: Split["labels"],
  predicted: Int32Array,
  probabilities: Float32Array | null,
): Evaluation["mistakes"] {
  const mistakes: Evaluation["mistakes"] = [];
  for (let index = 0; index < truth.length; index++) {
    if (truth[index] === predicted[index]) continue;
    const probability = probabilities?.[index] ?? null;
    mistakes.push({ index, truth: truth[index]!, predicted: predicted[index]!, probability });
  }
  return mistakes.sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0) || a.index - b.index);
}

function splitOf(dataset: Dataset, { recipe, dataset: trained }: Card, name: SplitName): Split {
  const own = recipe && trained.name === dataset.name;
  const split = partition(dataset, own ? recipe : { validationSplit: 0 })[name];
  if (split.labels.length > 0) return split;
  throw new CongruentError({
    code: "E_EVALUATE_OPTION",
    what: `there are no ${name} images of ${dataset.title}`,
    expected: "a part that the model's recipe sets apart, or test",
    fix: "choose another split",
  });
}

function firstOf(split: Split, limit = split.labels.length): Split {
  return { images: rows(split.images, 0, limit), labels: split.labels.subarray(0, limit) };
}

function whole(value: number, option: string): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new CongruentError({
    code: "E_EVALUATE_OPTION",
    what: `${option} is ${value}`,
    expected: "a whole number of at least 1",
    fix: `correct ${option}`,
  });
}
