/** This trainer as a contender of the sprint: says its test accuracy after every epoch and ends at the target. */
import { readFile } from "node:fs/promises";
import { type EpochLog, type Recipe, recipeSchema } from "@congruent/core/schemas";
import { loadDataset, partition } from "@congruent/datasets";
import { loadTensorFlow } from "@congruent/toolchain";
import {
  batchSizes,
  computationOf,
  createEngine,
  examplesOf,
  fit,
  objectiveOf,
  optimizerOf,
  scheduleOf,
} from "@congruent/trainer";
import { architecture } from "@congruent/zoo";
import type { SprintJob } from "../sprint-job.js";

async function main(jobFile: string): Promise<void> {
  const job = JSON.parse(await readFile(jobFile, "utf8")) as SprintJob & { recipe: Recipe };
  const recipe = recipeSchema.parse({ ...job.recipe, seed: job.seed });
  const { build, sideBySide = false } = architecture(recipe.architecture);
  const { batchSize } = recipe;
  const { threads, ...computation } = computationOf({ sideBySide, batchSize, engine: "graph" });
  const [dataset, tf] = await Promise.all([
    loadDataset(recipe.dataset),
    loadTensorFlow({ device: "cpu", threads }),
  ]);
  const parts = partition(dataset, recipe);
  const examples = parts.train.labels.length;
  const model = build(tf, { seed: recipe.seed, classes: dataset.labels.length });
  const stepsPerEpoch = Math.ceil(examples / recipe.batchSize);
  const { learningRate } = recipe.optimizer;
  const schedule =
    recipe.schedule && scheduleOf(recipe.schedule, { learningRate, stepsPerEpoch, epochs: recipe.epochs });
  const objective = objectiveOf(model, { loss: recipe.loss, metrics: ["accuracy"] });
  const engine = await createEngine("graph", {
    tf,
    model,
    objective,
    train: examplesOf(parts.train, objective),
    validation: examplesOf(parts.validation, objective),
    optimizer: optimizerOf(recipe.optimizer, schedule),
    batchSizes: batchSizes(examples, recipe.batchSize),
    ...computation,
    seed: recipe.seed,
  });
  let stop: (reason: string) => void = () => undefined;
  await fit({
    engine,
    examples,
    validate: true,
    batchSize: recipe.batchSize,
    epochs: recipe.epochs,
    seed: recipe.seed,
    callbacks: [
      {
        onTrainBegin: ({ stopTraining }) => {
          stop = stopTraining;
        },
        onEpochEnd: ({ epoch, valAccuracy = 0 }: EpochLog) => {
          process.stdout.write(`${JSON.stringify({ epoch, accuracy: valAccuracy })}\n`);
          if (valAccuracy >= job.target) stop("the target is reached");
        },
      },
    ],
  });
  engine.close();
}

await main(process.argv[2] as string);
