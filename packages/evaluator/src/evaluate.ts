import { basename } from "node:path";
import { CongruentError, requireCount, rows } from "@congruent/core";
import { sha256, sha256File } from "@congruent/core/files";
import type { Card, Evaluation, SplitName } from "@congruent/core/schemas";
import { type Dataset, isSameData, partition, type Split } from "@congruent/datasets";
import { load, type OrtRuntime } from "@congruent/runtime";
import { checkFits } from "./check-fits.js";
import { classificationReport } from "./metrics/classification-report.js";
import { confusionMatrix } from "./metrics/confusion-matrix.js";
import { type Predictions, predict } from "./predict.js";
import { scoresOf } from "./scores-of.js";
import { wholeCard } from "./whole-card.js";

export interface EvaluateOptions {
  /** Path of an ONNX file with a card. */
  model: string;
  dataset: Dataset;
  /**
   * Default: `test`. On the data set that the model was trained on they are what its recipe says; on another one
   * everything but `test` is for training.
   */
  split?: SplitName;
  /** Default: the runtime package's own. One that is absent is an error, never replaced. */
  runtime?: OrtRuntime;
  /** Images per run. Default: 200, enough work for a small network, and what it computes stays in the processor's cache. */
  batchSize?: number;
  /** How many images, from the first. Default: all. */
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
  const { model: path, dataset, split: name = "test", runtime, batchSize = 200, limit, progress } = options;
  requireCount(batchSize, "batchSize", "E_EVALUATE_OPTION");
  if (limit !== undefined) requireCount(limit, "limit", "E_EVALUATE_OPTION");
  const model = await load(path, runtime === undefined ? {} : { runtime });
  try {
    const card = checkFits(wholeCard(model.card, path), dataset, path);
    const split = firstOf(splitOf(dataset, card, name), limit);
    const labels = [...dataset.labels];
    const predictions = await predict(model, split, {
      input: card.input.name,
      classes: labels.length,
      batchSize,
      progress,
    });
    const { predicted, scores, seconds } = predictions;
    const { labels: trueLabels } = split;
    return {
      schema: "congruent/evaluation@1",
      model: { path, sha256: await sha256File(path), name: card.name || basename(path) },
      dataset: {
        name: dataset.name,
        split: name,
        samples: trueLabels.length,
        sha256: sha256([split.images.data, new Uint8Array(Int32Array.from(trueLabels).buffer)]),
      },
      runtime: model.runtime,
      versions: model.versions,
      ...scoresOf(trueLabels, predictions, labels.length),
      report: classificationReport(trueLabels, predicted, labels),
      confusion: confusionMatrix(trueLabels, predicted, labels.length),
      labels,
      mistakes: mistakesOf(trueLabels, predicted, scores),
      seconds,
    };
  } finally {
    await model.close();
  }
}

function mistakesOf(
  trueLabels: Split["labels"],
  predicted: Int32Array,
  scores: Predictions["scores"],
): Evaluation["mistakes"] {
  const mistakes: Evaluation["mistakes"] = [];
  for (let index = 0; index < trueLabels.length; index++) {
    if (trueLabels[index] === predicted[index]) continue;
    const probability = probabilityOf(scores, index, predicted[index]!);
    mistakes.push({ index, label: trueLabels[index]!, predicted: predicted[index]!, probability });
  }
  return mistakes.sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0) || a.index - b.index);
}

function probabilityOf(scores: Predictions["scores"], example: number, index: number): number | null {
  if (scores?.from !== "probabilities") return null;
  const { data, dims } = scores.values;
  const probability = data[example * (dims[1] ?? 1) + index]!;
  return Number.isFinite(probability) ? probability : null;
}

function splitOf(dataset: Dataset, { recipe, dataset: trained }: Card, name: SplitName): Split {
  const own = isSameData(trained, dataset);
  const split = partition(dataset, own && recipe ? recipe : { validationSplit: 0 })[name];
  if (split.labels.length > 0) return split;
  throw new CongruentError({
    code: "E_EVALUATE_OPTION",
    what: `there are no ${name} images of ${dataset.title}${own ? "" : ", whose files are not those that the model was trained on"}`,
    expected: "a part that the model's recipe sets apart, or test",
    fix: "choose another split",
  });
}

function firstOf(split: Split, limit = split.labels.length): Split {
  return { images: rows(split.images, 0, limit), labels: split.labels.subarray(0, limit) };
}
