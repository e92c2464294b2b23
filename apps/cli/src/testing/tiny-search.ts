import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tuning, tuningSchema } from "@congruent/core/schemas";
import { execa } from "execa";
import { bin } from "./bin.js";

/** An MLP on 200 images, one trial, two executions of two epochs. */
export const tinyTuning: Tuning = tuningSchema.parse({
  schema: "congruent/tuning@1",
  name: "tiny-tuned",
  description: "An MLP on 200 images",
  recipe: {
    dataset: "mnist",
    architecture: "mlp",
    optimizer: { name: "adam" },
    epochs: 2,
    validationSplit: 0.2,
    subset: { labelCounts: Array(10).fill(20), seed: 1 },
    seed: 3,
  },
  final: { epochs: 3 },
  space: [
    { type: "int", name: "units", min: 16, max: 64, step: 16, path: "parameters.hidden.0.units" },
    { type: "choice", name: "optimizer", values: ["adam", "sgd"], path: "optimizer.name" },
  ],
  objective: "val_accuracy",
  maxTrials: 1,
  executionsPerTrial: 2,
});

/** A folder of its own with that search in tuning.json, and the command line started in it. */
export async function tinySearch() {
  const folder = await mkdtemp(join(tmpdir(), "congruent-tune-"));
  await writeFile(join(folder, "tuning.json"), JSON.stringify(tinyTuning));
  return {
    at: (...parts: string[]) => join(folder, ...parts),
    start: (...args: string[]) => execa(process.execPath, [...bin, ...args], { cwd: folder, reject: false }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
