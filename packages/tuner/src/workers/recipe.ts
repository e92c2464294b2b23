/** Trains the recipe of one job, in a process of its own. */
import { setTimeout } from "node:timers/promises";
import { CongruentError } from "@congruent/core";
import { checked } from "@congruent/core/files";
import { recipeSchema } from "@congruent/core/schemas";
import { loadDataset } from "@congruent/datasets";
import { isRunDirectory } from "@congruent/run";
import { modelCheckpoint, type TrainOptions, train } from "@congruent/trainer";
import { z } from "zod";
import { bestModelOf } from "../best-model.js";
import { serveTrial, type TrialContext } from "./serve-trial.js";

const settingsSchema = z.object({
  engine: z.enum(["graph", "eager"]).optional(),
  device: z.enum(["cpu", "gpu"]).optional(),
});

/** How long a process that a killed search left behind may take to see that it is alone, in milliseconds. */
const LEFT_BEHIND = 120_000;

serveTrial(async (context) => {
  const { job, directory, signal, onEpoch } = context;
  const given = checked(job.payload, recipeSchema, `the recipe of trial ${job.trial}`);
  const { engine, device } = checked(context.settings, settingsSchema, "the worker's settings");
  const { seeds: _, ...recipe } = {
    ...given,
    seed: (given.seed + job.repeat) % 2 ** 32,
    epochs: job.epochs ?? given.epochs,
  };
  const { name: field, direction: mode } = job.objective;
  const options: TrainOptions = {
    recipe,
    dataset: await loadDataset(recipe.dataset),
    out: directory,
    // An interrupted training is resumed; the search decides which folder belongs to which execution.
    resume: await isRunDirectory(directory),
    callbacks: [
      modelCheckpoint({ filepath: bestModelOf(directory), monitor: field, mode, saveBestOnly: true }),
      { name: "tell", onEpochEnd: (log) => onEpoch(log) },
    ],
    signal,
    ...(engine && { engine }),
    ...(device && { device }),
  };
  return (await whenUnlocked(options, context)).epochs;
});

async function whenUnlocked(options: TrainOptions, { signal }: TrialContext): ReturnType<typeof train> {
  const until = performance.now() + LEFT_BEHIND;
  for (;;) {
    try {
      return await train(options);
    } catch (error) {
      const locked = error instanceof CongruentError && error.code === "E_RUN_LOCKED";
      if (!locked || signal.aborted || performance.now() > until) throw error;
      await setTimeout(500);
    }
  }
}
