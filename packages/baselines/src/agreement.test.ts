/** @needs baselines */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agreementSchema, estimatorRecipeSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { type Dataset, readNpz, writeNpz } from "@congruent/datasets";
import { runPaths } from "@congruent/run";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { agreement, convertEstimator, fitRecipe, fittedPaths, readPredictions } from "./index.js";
import { fewImages, TESTED } from "./testing.js";

jest.setTimeout(timeLimits.training);

const recipe = estimatorRecipeSchema.parse({
  schema: "congruent/estimator-recipe@1",
  name: "few",
  description: "neighbors among few",
  dataset: "mnist",
  estimator: { name: "kNeighbors", nNeighbors: 3 },
});

let run: string;
let dataset: Dataset;
let predictions: string;
beforeAll(async () => {
  run = join(await mkdtemp(join(tmpdir(), "congruent-agreement-")), "run");
  dataset = await fewImages();
  await fitRecipe({ recipe, dataset, out: run });
  const { estimator, onnx } = runPaths(run);
  predictions = fittedPaths(estimator).predictions;
  const { estimator: fitted } = fittedPaths(estimator);
  const size = { height: 28, width: 28, channels: 1 };
  await convertEstimator({ name: "kNeighbors", fitted, via: "native", ...size, out: onnx });
}, 120_000);
afterAll(() => rm(join(run, ".."), { recursive: true, force: true }));

describe("agreement", () => {
  it("holds where the file predicts what scikit-learn does", async () => {
    const found = await agreement({ run, dataset, batchSize: 64 });
    expect(agreementSchema.parse(found)).toEqual(found);
    const { labels } = await readPredictions(predictions);
    const right = labels.reduce(
      (sum, label, i) => sum + (Number(label) === dataset.test.labels[i] ? 1 : 0),
      0,
    );
    expect(found).toMatchObject({
      verdict: "pass",
      disagreements: [],
      accuracy: { source: right / TESTED, runtime: right / TESTED },
      margin: { bound: 0, within: 0 },
      runtime: "node-cpu",
    });
    // A share of three votes, rounded to float32 once.
    expect(found.outputs).toMatchObject([{ name: "probabilities", maxAbs: expect.any(Number) }]);
    expect(found.outputs[0]?.maxAbs).toBeLessThanOrEqual(2 ** -25);
  });

  it("lists every image that is labeled differently, with its margin, and tells ties from faults", async () => {
    const whole = readNpz(new Uint8Array(await readFile(predictions)));
    const label = BigInt64Array.from(whole.label?.data as BigInt64Array);
    const margin = Float64Array.from(whole.margin?.data as Float64Array);
    const changed = [3, 5].map((index) => ({ index, was: Number(label[index]) }));
    for (const { index, was } of changed) label[index] = BigInt((was + 1) % 10);
    margin[3] = 0;
    const altered = (margins: Float64Array) =>
      writeNpz({
        ...whole,
        label: { dtype: "int64", dims: [TESTED], data: label },
        margin: { dtype: "float64", dims: [TESTED], data: margins },
      });
    await writeFile(predictions, altered(margin));
    const [tie, fault] = changed.map(({ index, was }) => ({
      index,
      label: dataset.test.labels[index],
      source: (was + 1) % 10,
      runtime: was,
      margin: margin[index],
      tie: margin[index] === 0,
    }));
    expect(await agreement({ run, dataset })).toMatchObject({
      verdict: "fail",
      because: `2 of ${TESTED} images are labeled differently, 1 of them where scikit-learn is sure and 1 a tie`,
      disagreements: [fault, tie],
      margin: { within: 1 },
    });
    margin[5] = 0;
    await writeFile(predictions, altered(margin));
    expect(await agreement({ run, dataset })).toMatchObject({
      verdict: "pass",
      because: `2 of ${TESTED} images are labeled differently, every one a tie`,
    });
    await writeFile(predictions, writeNpz(whole));
  });

  it("is no agreement where a score is not a number", async () => {
    const whole = readNpz(new Uint8Array(await readFile(predictions)));
    const { probabilities } = whole;
    const data = Float64Array.from(probabilities?.data as Float64Array);
    data[23] = Number.NaN;
    const dims = probabilities?.dims ?? [];
    await writeFile(predictions, writeNpz({ ...whole, probabilities: { dtype: "float64", dims, data } }));
    await expect(agreement({ run, dataset })).rejects.toMatchObject({
      code: "E_AGREEMENT_NOT_FINITE",
      exit: 1,
      what: expect.stringContaining("test image 2 "),
    });
    await writeFile(predictions, writeNpz(whole));
  });

  it("refuses another data set", async () => {
    const changed = { ...dataset, sha256: { ...dataset.sha256, "t10k-images-idx3-ubyte": "0".repeat(64) } };
    for (const other of [changed, { ...dataset, name: "fashion-mnist", sha256: {} }]) {
      await expect(agreement({ run, dataset: other })).rejects.toMatchObject({ code: "E_AGREEMENT_DATASET" });
    }
  });

  it("knows its data set by another name", async () => {
    const renamed = { ...dataset, name: "digits" };
    expect(await agreement({ run, dataset: renamed })).toMatchObject({ verdict: "pass" });
  });
});
