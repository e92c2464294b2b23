/** A study with made-up models on a made-up data set: the shape of a real one, without training anything. */
import {
  type Agreement,
  type EpochLog,
  type Evaluation,
  type FitReport,
  type Recipe,
  recipeSchema,
  type TuningResults,
} from "@congruent/core/schemas";
import { type Dataset, partition } from "@congruent/datasets";
import { classificationReport, confusionMatrix } from "@congruent/evaluator";
import type { StudyFiles } from "../csv-files.js";
import type { FoundModel } from "../models/found-model.js";
import type { Study, StudyContext, StudyModel } from "../study.js";

const CLASSES = 10;
const TEST = 200;
const TRAIN = 400;

const labels = Array.from({ length: CLASSES }, (_, index) => String(index));
const split = (count: number) => ({
  images: {
    data: new Uint8Array(count * 28 * 28).map((_, index) => index % 251),
    dims: [count, 28, 28, 1],
    dtype: "uint8" as const,
  },
  labels: Uint8Array.from({ length: count }, (_, index) => index % CLASSES),
});

export const madeUpDataset: Dataset = {
  name: "mnist",
  title: "MNIST",
  labels,
  height: 28,
  width: 28,
  channels: 1,
  foreground: "light",
  license: "CC0-1.0",
  sha256: {},
  train: split(TRAIN),
  test: split(TEST),
};

export function madeUpRecipe(name: string, changes: object = {}): Recipe {
  return recipeSchema.parse({
    schema: "congruent/recipe@1",
    name,
    description: name,
    dataset: "mnist",
    architecture: "mlp",
    optimizer: { name: "adam" },
    epochs: 3,
    ...changes,
  });
}

const epochs: EpochLog[] = [0.5, 0.2, 0.1].map((loss, index) => ({
  epoch: index + 1,
  steps: 10,
  seconds: 2,
  examplesPerSecond: 100,
  loss,
  accuracy: 1 - loss,
  learningRate: index < 2 ? 0.001 : 0.0005,
  valLoss: loss * 1.2,
  valAccuracy: 1 - loss * 1.2,
}));

/** An evaluation that is wrong on these test images, where it says the next class. */
function madeUpEvaluation(name: string, wrong: readonly number[]): Evaluation {
  const right = [...madeUpDataset.test.labels];
  const predicted = right.map((own, index) => (wrong.includes(index) ? (own + 1) % CLASSES : own));
  return {
    schema: "congruent/evaluation@1",
    model: { path: "model.onnx", sha256: name, name },
    dataset: { name: "mnist", split: "test", samples: TEST },
    runtime: "node-cpu",
    versions: {},
    accuracy: 1 - wrong.length / TEST,
    report: classificationReport(right, predicted, labels),
    confusion: confusionMatrix(right, predicted, CLASSES),
    labels,
    mistakes: wrong.map((index) => ({
      index,
      label: right[index] as number,
      predicted: predicted[index] as number,
      probability: 0.9,
    })),
    seconds: 0.1,
  };
}

function madeUpModel(name: string, wrong: readonly number[]): FoundModel {
  return {
    source: `models/${name}`,
    sha256: name,
    bytes: 250_000,
    environment: null,
    epochs,
    fit: null,
    agreement: null,
    evaluation: madeUpEvaluation(name, wrong),
    heldOut: madeUpEvaluation(name, wrong.slice(1)),
    seeds: [
      { seed: 42, accuracy: 1 - wrong.length / TEST },
      { seed: 43, accuracy: 0.9 },
    ],
    parity: {
      verdict: "pass",
      cells: [
        { runtime: "tfjs", browser: null, status: "pass", samples: 200 },
        { runtime: "node-webgpu", browser: null, status: "expected-fail", samples: 100 },
      ],
    },
  };
}

const madeUpFit: FitReport = {
  schema: "congruent/fit@1",
  class: "LogisticRegression",
  parameters: { max_iter: 1000 },
  converged: false,
  iterations: 1000,
  warnings: [],
  facts: {},
  seconds: { fit: 3.2, predict: 0.1 },
  peakMemoryBytes: 250_000_000,
  margin: "probability",
  tie: { bound: 1e-6, why: "float32" },
  versions: {},
};

/** One image is labeled differently, on a tie. */
function madeUpAgreement(name: string): Agreement {
  return {
    schema: "congruent/agreement@1",
    model: { path: "model.onnx", sha256: name, bytes: 250_000, name },
    source: { class: "LogisticRegression", versions: {} },
    dataset: { name: "mnist", split: "test", samples: TEST },
    runtime: "node-cpu",
    versions: {},
    accuracy: { source: 0.95, runtime: 0.945 },
    outputs: [],
    margin: { of: "probability", bound: 1e-6, why: "float32", within: 1 },
    disagreements: [{ index: 3, label: 3, source: 3, runtime: 4, margin: 1e-8, tie: true }],
    labels,
    verdict: "pass",
    because: "the one disagreement is a tie",
    seconds: 0.1,
  };
}

const madeUpSearch: TuningResults = {
  schema: "congruent/tuning-results@1",
  name: "mlp-tuned",
  objective: { name: "valAccuracy", direction: "max" },
  sampler: { name: "random" },
  seed: 42,
  executionsPerTrial: 2,
  space: [
    { type: "int", name: "units", min: 32, max: 512, step: 32, sampling: "linear" },
    { type: "choice", name: "optimizer", values: ["adam", "sgd"] },
  ],
  trials: [
    { id: 0, score: 0.91, values: { units: 64, optimizer: "sgd" } },
    { id: 1, score: 0.97, values: { units: 256, optimizer: "adam" } },
  ].map((trial) => ({
    ...trial,
    status: "completed" as const,
    epochs: null,
    sampler: {},
    metrics: {},
    executions: [],
    error: null,
  })),
  ranking: [1, 0],
  importances: [
    { name: "units", share: 0.7, trials: 2 },
    { name: "optimizer", share: null, trials: 2 },
  ],
  ended: "10 trials",
};

const madeUpFiles: StudyFiles = {
  train: { split: madeUpDataset.train, rows: TRAIN + 1, columns: 785, missing: 0, lostAnImage: true },
  test: { split: madeUpDataset.test, rows: TEST + 1, columns: 785, missing: 0, lostAnImage: true },
};

/** Models not named in `wrong` are missing. */
export function madeUpContext(
  study: Study,
  wrong: Readonly<Record<string, readonly number[]>>,
  changes: Partial<StudyContext> = {},
): StudyContext {
  const models: StudyModel[] = study.models.map((plan) => {
    const mistakes = wrong[plan.name];
    const recipe =
      plan.kind === "network"
        ? madeUpRecipe(plan.name, { holdOut: { fraction: 0.3, shuffleSeed: 1 } })
        : null;
    return {
      plan,
      name: plan.name,
      recipe,
      summary: null,
      found: mistakes
        ? {
            ...madeUpModel(plan.name, mistakes),
            ...(plan.kind === "classical" && { fit: madeUpFit, agreement: madeUpAgreement(plan.name) }),
          }
        : null,
      command: `get ${plan.name}`,
    };
  });
  const parts = partition(
    madeUpDataset,
    madeUpRecipe("parts", { holdOut: { fraction: 0.3, shuffleSeed: 1 } }),
  );
  return {
    study,
    dataset: madeUpDataset,
    quick: false,
    original: true,
    models,
    model: (name) => models.find((model) => model.name === name) as StudyModel,
    parts: () => parts,
    search: study.searched ? madeUpSearch : null,
    augmented: study.augmented ? madeUpDataset.train : null,
    inference: null,
    files: study.csv ? madeUpFiles : null,
    ...changes,
  };
}
