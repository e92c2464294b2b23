/** Results of made-up models, for tests of the results page: they do not change when models are trained again. */
import type { EpochLog, Results } from "@congruent/core/schemas";
import type { Overlay } from "./serve-app.js";

export const LABELS = ["cat", "dog", "<b>owl</b>"];
/** Every count once, so that a cell is known by it. */
export const CONFUSION = [
  [95, 4, 1],
  [3, 90, 7],
  [2, 0, 98],
];

const SAMPLES = 300;
const right = 95 + 90 + 98;

function epochs(count: number, from: number): EpochLog[] {
  return Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    steps: 10,
    seconds: 2,
    examplesPerSecond: 50,
    loss: from / (i + 1),
    accuracy: 1 - 0.2 / (i + 1),
    valLoss: (from * 1.1) / (i + 1),
    valAccuracy: 1 - 0.25 / (i + 1),
    learningRate: 0.001,
    crossEntropy: from / (i + 1),
  }));
}

function scores(support: number) {
  return { precision: 0.95, recall: 0.94, f1: 0.945, support };
}

export function madeResults(name: string, accuracy = right / SAMPLES): Results {
  return {
    schema: "congruent/results@1",
    model: { file: "model.onnx", sha256: "00", bytes: 1000 },
    environment: {
      schema: "congruent/environment@1",
      engine: "graph",
      device: "cpu",
      seed: 1,
      platform: "linux x64",
      cpu: "none",
      cores: 1,
      versions: {},
      dataset: {
        name: "pets",
        license: "none",
        sha256: {},
        labels: LABELS,
        height: 8,
        width: 8,
        channels: 1,
        foreground: "light",
        train: 640,
        validation: 64,
        heldOut: 0,
        test: SAMPLES,
      },
    },
    epochs: epochs(4, name === "alpha" ? 1 : 2),
    evaluation: {
      schema: "congruent/evaluation@1",
      model: { path: "model.onnx", sha256: "00", name },
      dataset: { name: "pets", split: "test", samples: SAMPLES, sha256: "00" },
      runtime: "node-cpu",
      versions: {},
      accuracy,
      report: {
        classes: LABELS.map((label) => ({ label, ...scores(100) })),
        accuracy,
        macro: scores(SAMPLES),
        weighted: scores(SAMPLES),
      },
      confusion: CONFUSION,
      labels: LABELS,
      mistakes: [],
      seconds: 1,
    },
  };
}

interface Made {
  name: string;
  dataset?: string;
  accuracy?: number;
  /** Whether its own results are there too. */
  there?: boolean;
}

/** The app's results replaced by those of these models. */
export function resultsOverlay(models: readonly Made[]): Overlay {
  const entries = models.map(({ name, dataset = "pets", accuracy = right / SAMPLES }) => ({
    name,
    title: `The model ${name}`,
    dataset,
    accuracy,
    samples: SAMPLES,
    otherSeeds: [],
    bytes: 1000,
    trainingSeconds: 8,
    epochs: 4,
  }));
  return {
    "/results/index.json": JSON.stringify({ schema: "congruent/results-index@1", models: entries }),
    ...Object.fromEntries(
      models.map(({ name, accuracy, there = true }) => [
        `/results/${name}.json`,
        there ? JSON.stringify(madeResults(name, accuracy)) : null,
      ]),
    ),
  };
}
