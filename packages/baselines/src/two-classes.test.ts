/** @needs baselines */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tensor, tensor } from "@congruent/core";
import { estimatorRecipeSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { type Dataset, loadDataset, type Split } from "@congruent/datasets";
import { runPaths } from "@congruent/run";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { agreement, convertEstimator, fitRecipe, fittedPaths, readPredictions } from "./index.js";

jest.setTimeout(timeLimits.training);

/** Threes and fives: near enough for some to be mistaken, so that both sides of a decision are seen. */
const CLASSES = [3, 5];
const [TRAINED, TESTED] = [200, 300];

function chosen({ images, labels }: Split, count: number): Split {
  const stride = 28 * 28;
  const places = Array.from(labels, (_, i) => i)
    .filter((i) => CLASSES.includes(labels[i] as number))
    .slice(0, count);
  const data = new Uint8Array(places.length * stride);
  places.forEach((from, to) => {
    data.set(images.data.subarray(from * stride, (from + 1) * stride), to * stride);
  });
  return {
    images: tensor("uint8", data, [places.length, 28, 28, 1]) as Tensor<"uint8">,
    labels: Uint8Array.from(places, (i) => CLASSES.indexOf(labels[i] as number)),
  };
}

let folder: string;
let dataset: Dataset;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-two-"));
  const mnist = await loadDataset("mnist");
  dataset = {
    ...{ ...mnist, name: "three-or-five", labels: ["three", "five"], sha256: {} },
    train: chosen(mnist.train, TRAINED),
    test: chosen(mnist.test, TESTED),
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Of two classes scikit-learn keeps one decision, not one for each. */
describe("two classes", () => {
  it.each(["logisticRegression", "svc"] as const)(
    "%s decides in the exported file as in scikit-learn",
    async (name) => {
      const recipe = estimatorRecipeSchema.parse({
        schema: "congruent/estimator-recipe@1",
        name: "two",
        description: "two classes",
        dataset: "three-or-five",
        estimator: { name },
      });
      const run = join(folder, name);
      await fitRecipe({ recipe, dataset, out: run });
      const { estimator, onnx } = runPaths(run);
      const paths = fittedPaths(estimator);
      const size = { height: 28, width: 28, channels: 1 };
      await convertEstimator({ name, fitted: paths.estimator, via: "native", ...size, out: onnx });
      const found = await agreement({ run, dataset });
      expect(found).toMatchObject({ verdict: "pass", disagreements: [] });
      expect(found.accuracy.source).toBeGreaterThan(0.8);
      const { labels, scores } = await readPredictions(paths.predictions);
      expect(new Set(labels)).toEqual(new Set([0n, 1n]));
      expect(found.outputs.map((output) => output.name).sort()).toEqual(Object.keys(scores).sort());
      for (const { maxAbs } of found.outputs) expect(maxAbs).toBeLessThan(1e-4);
    },
    300_000,
  );
});
