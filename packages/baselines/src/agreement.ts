import { stat } from "node:fs/promises";
import { CongruentError, rows, type Tensor, tensor } from "@congruent/core";
import { sha256File } from "@congruent/core/files";
import type { Agreement } from "@congruent/core/schemas";
import { type Dataset, isSameData, partition, type Split } from "@congruent/datasets";
import { runPaths } from "@congruent/run";
import { load, type Model, type OrtRuntime } from "@congruent/runtime";
import { fittedPaths, readFittedRun } from "./fitted-run.js";
import { type Predictions, readPredictions } from "./predictions.js";

export interface AgreementOptions {
  /** A finished run of a classical model. */
  run: string;
  /** The data set that it was fitted to. */
  dataset: Dataset;
  /** Default: the run's model.onnx. */
  model?: string;
  /** Default: the runtime package's own. */
  runtime?: OrtRuntime;
  /** Images at a time. */
  batchSize?: number;
  /** Called after each batch with the number of images done. */
  progress?: (done: number, total: number) => void;
}

/**
 * Holds a run's ONNX file against what scikit-learn itself predicted for all test images when it was fitted. They agree where every
 * image that is labeled differently is a tie: its margin is no larger than what single precision can tell apart.
 *
 * @throws CongruentError `E_RUN_INCOMPLETE`, `E_PREDICTIONS`, `E_AGREEMENT_DATASET` for another data set, and what `load` and `run`
 * of the runtime throw
 * @example
 * ```ts no-run
 * const { verdict, disagreements } = await agreement({ run: "runs/knn", dataset: await loadDataset("mnist") });
 * [verdict, disagreements.length]; // => ["pass", 0]
 * ```
 */
export async function agreement(options: AgreementOptions): Promise<Agreement> {
  const { dataset, batchSize = 256, progress } = options;
  const { recipe, fit, environment } = await readFittedRun(options.run);
  const { onnx, estimator } = runPaths(options.run);
  const path = options.model ?? onnx;
  const predictions = await readPredictions(fittedPaths(estimator).predictions);
  const { test } = partition(dataset, recipe);
  if (!isSameData(environment.dataset, dataset) || test.labels.length !== predictions.labels.length) {
    throw new CongruentError({
      code: "E_AGREEMENT_DATASET",
      what: `the run's predictions are of ${predictions.labels.length} test images of ${environment.dataset.name}; given are ${test.labels.length} of ${dataset.title}`,
      expected: "the same files, by their SHA-256",
      fix: "give the data set that the run was fitted to, or train again",
    });
  }
  const model = await load(path, options.runtime === undefined ? {} : { runtime: options.runtime });
  try {
    const { outputs, labels, seconds } = await predicted(model, test, predictions, batchSize, progress);
    const { bound, why } = fit.tie;
    const disagreements = disagreementsOf(predictions, labels, test, bound);
    const sure = disagreements.filter(({ tie }) => !tie).length;
    return {
      schema: "congruent/agreement@1",
      model: {
        path,
        sha256: await sha256File(path),
        bytes: (await stat(path)).size,
        name: model.card?.name ?? recipe.name,
      },
      source: { class: fit.class, versions: fit.versions },
      dataset: { name: dataset.name, split: "test", samples: labels.length },
      runtime: model.runtime,
      versions: model.versions,
      accuracy: { source: share(predictions.labels, test), runtime: share(labels, test) },
      outputs,
      margin: {
        of: fit.margin,
        bound,
        why,
        within: predictions.margins.filter((margin) => margin <= bound).length,
      },
      disagreements,
      labels: [...dataset.labels],
      verdict: sure === 0 ? "pass" : "fail",
      because: sentence(disagreements.length, sure, labels.length),
      seconds,
    };
  } finally {
    await model.close();
  }
}

function sentence(count: number, sure: number, samples: number): string {
  if (count === 0) return `all ${samples} images are labeled as scikit-learn labels them`;
  const ties = count - sure;
  const of = `${count} of ${samples} images are labeled differently`;
  if (sure === 0) return `${of}, every one a tie`;
  return `${of}, ${sure} of them where scikit-learn is sure${ties > 0 ? ` and ${ties} a tie` : ""}`;
}

function share(labels: BigInt64Array, { labels: right }: Split): number {
  return labels.reduce((count, label, i) => count + (Number(label) === right[i] ? 1 : 0), 0) / labels.length;
}

function disagreementsOf(
  { labels: source, margins }: Predictions,
  labels: BigInt64Array,
  { labels: right }: Split,
  bound: number,
): Agreement["disagreements"] {
  return Array.from(labels)
    .flatMap((label, index) => {
      if (label === source[index]) return [];
      const margin = margins[index] as number;
      return [
        {
          index,
          label: right[index] as number,
          source: Number(source[index]),
          runtime: Number(label),
          margin: Number.isFinite(margin) ? margin : null,
          tie: margin <= bound,
        },
      ];
    })
    .sort((a, b) => (b.margin ?? Infinity) - (a.margin ?? Infinity) || a.index - b.index);
}

async function predicted(
  model: Model,
  { images }: Split,
  { labels: { length: total }, scores }: Predictions,
  batchSize: number,
  progress: AgreementOptions["progress"],
): Promise<{ outputs: Agreement["outputs"]; labels: BigInt64Array; seconds: number }> {
  const labels = new BigInt64Array(total);
  const differences = new Map<string, Difference>();
  let milliseconds = 0;
  for (let begin = 0; begin < total; begin += batchSize) {
    const batch = rows(images, begin, begin + batchSize);
    const pixels = tensor("float32", Float32Array.from(batch.data), batch.dims);
    const started = performance.now();
    const outputs = await model.run({ pixels });
    milliseconds += performance.now() - started;
    const { label } = outputs;
    if (label?.dtype !== "int64") throw noLabel();
    labels.set(label.data, begin);
    for (const [name, expected] of Object.entries(scores)) {
      const observed = outputs[name];
      if (!observed) continue;
      const found = differences.get(name) ?? { sum: 0, count: 0, most: 0, sample: 0, class: 0 };
      differences.set(name, found);
      add(found, expected, observed, begin);
    }
    progress?.(Math.min(total, begin + batchSize), total);
  }
  const outputs = [...differences].map(([name, { sum, count, most, sample, class: column }]) => ({
    name,
    maxAbs: most,
    meanAbs: sum / count,
    at: { sample, class: column },
  }));
  return { outputs, labels, seconds: milliseconds / 1000 };
}

interface Difference {
  sum: number;
  count: number;
  most: number;
  sample: number;
  class: number;
}

function add(found: Difference, expected: Tensor<"float64">, observed: Tensor, begin: number): void {
  const classes = expected.dims[1] ?? 1;
  for (let i = 0; i < observed.data.length; i++) {
    const off = Math.abs(Number(observed.data[i]) - (expected.data[begin * classes + i] as number));
    if (!Number.isFinite(off)) throw notFinite(begin + Math.floor(i / classes), observed.data[i]);
    found.sum += off;
    found.count += 1;
    if (off <= found.most) continue;
    found.most = off;
    found.sample = begin + Math.floor(i / classes);
    found.class = i % classes;
  }
}

function notFinite(sample: number, value: unknown): CongruentError {
  return new CongruentError({
    code: "E_AGREEMENT_NOT_FINITE",
    what: `the model's output for test image ${sample} is ${value}, or scikit-learn's is not finite`,
    expected: "finite scores",
    fix: "export the run again; if it stays so, look at the fitted model",
    exit: 1,
  });
}

function noLabel(): CongruentError {
  return new CongruentError({
    code: "E_PROFILE",
    what: "the model has no output label of int64",
    fix: "export the run again",
  });
}
