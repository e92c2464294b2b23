/** @needs baselines */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tensor, tensor } from "@congruent/core";
import { ESTIMATORS, type Estimator, estimatorSchema, type FitReport } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import type { Dataset } from "@congruent/datasets";
import { load } from "@congruent/runtime";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import {
  type Converter,
  convertEstimator,
  converters,
  fitEstimator,
  fittedPaths,
  type Predictions,
  readPredictions,
} from "./index.js";
import { fewImages, TESTED } from "./testing.js";

jest.setTimeout(timeLimits.training);

/** Each estimator as study E has it, or smaller where that takes long. */
const cases: Record<Estimator["name"], object> = {
  logisticRegression: { maxIter: 1000 },
  svc: {},
  randomForest: { nEstimators: 12 },
  kNeighbors: { nNeighbors: 3 },
};

let folder: string;
let images: Dataset;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-baselines-"));
  images = await fewImages();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("is tried with every estimator that there is", () => {
  expect(Object.keys(cases).sort()).toEqual([...ESTIMATORS].sort());
});

describe.each(ESTIMATORS)("%s", (name) => {
  let fit: FitReport;
  let out: string;
  let own: Predictions;
  beforeAll(async () => {
    out = await mkdtemp(join(folder, name));
    const estimator = estimatorSchema.parse({ name, ...cases[name] });
    fit = await fitEstimator({ estimator, seed: 7, ...images, classes: 10, out });
    own = await readPredictions(fittedPaths(out).predictions);
  }, 120_000);

  it("is fitted, and scikit-learn's own predictions are there for every test image", () => {
    expect(fit.seconds.fit).toBeGreaterThan(0);
    expect(fit.peakMemoryBytes).toBeGreaterThan(20 * 2 ** 20);
    expect(fit.versions["scikit-learn"]).toBe("1.9.1");
    expect([own.labels.length, own.margins.length]).toEqual([TESTED, TESTED]);
    for (const { dims } of Object.values(own.scores)) expect(dims).toEqual([TESTED, 10]);
    const right = own.labels.reduce(
      (sum, label, i) => sum + (Number(label) === images.test.labels[i] ? 1 : 0),
      0,
    );
    // Chance gives 0.1; all four are around 0.8 with so few images.
    expect(right / TESTED).toBeGreaterThan(0.65);
  });

  it.each(converters)("as ONNX via %s predicts what scikit-learn does", async (via) => {
    const { path, outputs } = await converted(via);
    const found = await run(path, 64);
    expect(Object.keys(found).sort()).toEqual([...outputs].sort());
    expect(outputs).toContain(name === "svc" ? "scores" : "probabilities");
    const sure = (i: number) => (own.margins[i] as number) > fit.tie.bound;
    const different = [...own.labels.keys()].filter((i) => found.label?.data[i] !== own.labels[i]);
    // Forests of few trees have ties; skl2onnx adds 1/trees up in float32, which decides them by its rounding.
    if (via === "native") expect(different.filter(sure)).toEqual([]);
    else expect(different.filter((i) => (own.margins[i] as number) > 1e-6)).toEqual([]);
    for (const output of outputs.filter((each) => each !== "label")) {
      // Sums of up to 784 float32 products; scores of the machine are below 10, logits below 30.
      expect(largestDifference(found[output] as Tensor, own.scores[output] as Tensor)).toBeLessThan(1e-4);
    }
  });

  it("gives the same at any batch size", async () => {
    const { path } = await converted("native");
    const whole = await run(path, TESTED);
    const single = await run(path, 1);
    expect(single.label).toEqual(whole.label);
    for (const [output, value] of Object.entries(whole)) {
      if (output === "label") continue;
      expect(largestDifference(single[output] as Tensor, value)).toBeLessThan(1e-5);
    }
  });

  /** Each converter's file is written once, and looked at by several tests. */
  const written = new Map<Converter, Promise<{ path: string; outputs: readonly string[] }>>();
  function converted(via: Converter) {
    const path = join(out, `${via}.onnx`);
    const write = async () => {
      const size = { height: 28, width: 28, channels: 1 };
      const fitted = fittedPaths(out).estimator;
      return { path, ...(await convertEstimator({ name, fitted, via, ...size, out: path })) };
    };
    const file = written.get(via) ?? write();
    written.set(via, file);
    return file;
  }
});

it("the same seed gives the same forest, another one another", async () => {
  const estimator = estimatorSchema.parse({ name: "randomForest", nEstimators: 3 });
  const margins = async (seed: number) => {
    const out = await mkdtemp(join(folder, "forest"));
    await fitEstimator({ estimator, seed, ...images, classes: 10, out });
    return (await readPredictions(fittedPaths(out).predictions)).margins;
  };
  const first = await margins(1);
  expect(await margins(1)).toEqual(first);
  expect(await margins(2)).not.toEqual(first);
}, 120_000);

async function run(path: string, batchSize: number): Promise<Record<string, Tensor>> {
  const model = await load(path);
  const { data, dims } = images.test.images;
  try {
    return await model.run({ pixels: tensor("float32", Float32Array.from(data), dims) }, { batchSize });
  } finally {
    await model.close();
  }
}

function largestDifference(a: Tensor, b: Tensor): number {
  expect(a.dims).toEqual(b.dims);
  let most = 0;
  for (let i = 0; i < a.data.length; i++)
    most = Math.max(most, Math.abs(Number(a.data[i]) - Number(b.data[i])));
  return most;
}
