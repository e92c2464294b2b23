/** @needs tensorflow */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recipeSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { recipeMetrics } from "@congruent/run";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { delicateRecipe, striped } from "../testing/striped.js";
import { train } from "../train.js";
import { losses } from "./index.js";

jest.setTimeout(timeLimits.training);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-losses-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let runs = 0;
async function logs(changes: object) {
  runs += 1;
  const { callbacks: _, ...recipe } = delicateRecipe;
  const run = { ...recipe, epochs: 2, ...changes };
  return (await train({ recipe: run, dataset: striped(200), out: join(folder, String(runs)) })).epochs;
}

describe("a recipe's loss", () => {
  it.each(recipeSchema.shape.loss.unwrap().options)("%s reports a cross-entropy if it is one", (loss) => {
    // A cross-entropy is computed from what its activation would be applied to; other losses take the output as it is.
    expect(recipeMetrics({ loss }).includes("crossEntropy")).toBe(losses[loss].activation !== null);
  });

  it("is the same from class indices and from one-hot labels", async () => {
    const [sparse, categorical] = [await logs({}), await logs({ loss: "categoricalCrossentropy" })];
    categorical.forEach((log, i) => {
      const other = sparse[i];
      // Two fused operators of TensorFlow, float32 sums in other orders over 8 steps.
      expect(Math.abs(log.loss - (other?.loss as number))).toBeLessThan(1e-4);
      expect(Math.abs((log.valLoss as number) - (other?.valLoss as number))).toBeLessThan(1e-4);
      expect(log.valAccuracy).toBe(other?.valAccuracy);
    });
  });

  it("may be the squared error of the probabilities: no cross-entropy is logged", async () => {
    const [first] = await logs({ loss: "meanSquaredError" });
    // Four probabilities against one-hot: at most 2 / 4, plus the regularization term.
    expect(first?.loss).toBeLessThan(0.6);
    expect(first?.accuracy).toBeGreaterThan(0);
    expect(first).not.toHaveProperty("crossEntropy");
  });

  it("weighs classes", async () => {
    const none = { 0: 0, 1: 0, 2: 0, 3: 0 };
    const [weightless] = await logs({ classWeight: none });
    const [plain] = await logs({});
    // Nothing is left but the regularization term; metrics are not weighed.
    expect(weightless?.loss).toBeLessThan(0.1);
    expect(weightless?.crossEntropy).toBeGreaterThan(1);
    expect(plain?.loss).toBeGreaterThan(1);
  });
});
