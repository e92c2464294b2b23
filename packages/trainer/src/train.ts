import { arch, cpus, platform } from "node:os";
import { CongruentError, type Environment, type Recipe } from "@congruent/core";
import { writeJson } from "@congruent/core/files";
import { type Dataset, type Partition, partition } from "@congruent/datasets";
import { loadTensorFlow } from "@congruent/toolchain";
import { architecture } from "@congruent/zoo";
import { augmentationOf } from "./augment/augmentation.js";
import type { Callback } from "./callbacks/callback.js";
import { checkpoints } from "./callbacks/checkpoints.js";
import { jsonLines } from "./callbacks/json-lines.js";
import { tensorBoard } from "./callbacks/tensorboard.js";
import type { Engine } from "./engines/engine.js";
import { createEngine, type EngineName } from "./engines/index.js";
import { examplesOf } from "./examples.js";
import { fit, refuseBatchLargerThanSet } from "./fit.js";
import { saveLayersModel } from "./layers-format.js";
import { objectiveOf } from "./objective.js";
import { optimizerOf } from "./optimizers/optimizer-of.js";
import { createRunDirectory, type FinishedRun, runPaths } from "./run-directory.js";
import { lockRun } from "./run-lock.js";
import { checkExportable, exportSavedModel } from "./saved-model-export.js";
import { nodeBackend, type TensorFlow } from "./tensorflow.js";

export interface TrainOptions {
  recipe: Recipe;
  /** The data set that the recipe names, loaded. */
  dataset: Dataset;
  /** The run directory. */
  out: string;
  engine?: EngineName;
  device?: "cpu" | "gpu";
  /** Replaces a run that is already there. */
  overwrite?: boolean;
  callbacks?: readonly Callback[];
}

/**
 * Trains what a recipe describes and leaves a run directory: recipe, epoch log, TensorBoard events, checkpoints,
 * the final weights as tfjs layers model and as SavedModel, and the environment. The folder `layers` is written
 * last, so a run that was interrupted is never taken for a finished one.
 *
 * @example
 * ```ts no-run
 * const recipe = recipeSchema.parse(JSON.parse(await readFile("models/lenet/recipe.json", "utf8")));
 * const { epochs } = await train({ recipe, dataset: await loadDataset(recipe.dataset), out: "runs/lenet" });
 * epochs.length === recipe.epochs; // => true
 * ```
 */
export async function train(options: TrainOptions): Promise<FinishedRun> {
  const { recipe, dataset, out, engine: engineName = "graph", device = "cpu" } = options;
  const network = architecture(recipe.architecture);
  const shape = [dataset.height, dataset.width, dataset.channels];
  if (network.inputShape.join() !== shape.join()) {
    throw new CongruentError({
      code: "E_INPUT_SHAPE",
      what: `${network.title} takes images of shape [${network.inputShape.join(", ")}], ${dataset.title} has [${shape.join(", ")}]`,
      fix: "choose an architecture and a data set that fit",
    });
  }
  const parts = partition(dataset, recipe);
  const examples = parts.train.labels.length;
  const tf = await loadTensorFlow({ device });
  // Whatever can be refused is refused before an earlier run is replaced and before time is spent.
  refuseBatchLargerThanSet(recipe.batchSize, examples);
  const model = network.build(tf, { seed: recipe.seed, classes: dataset.labels.length });
  checkExportable(tf, model);
  const engine = await createEngine(engineName, {
    tf,
    model,
    objective: objectiveOf(model, { loss: recipe.loss, metrics: ["accuracy", "crossEntropy"] }),
    train: examplesOf(parts.train),
    held: parts.validation.labels.length > 0 ? examplesOf(parts.validation) : null,
    optimizer: optimizerOf(recipe.optimizer),
    batchSizes: batchSizes(examples, recipe.batchSize),
    augment: recipe.augmentation && augmentationOf(tf, recipe.augmentation, model),
    seed: recipe.seed,
  });
  try {
    return await trainInto(out, tf, engine, { ...options, engine: engineName, device }, parts);
  } finally {
    engine.close();
    model.dispose();
  }
}

/** Trains with an engine that is ready, and writes the run directory as it goes. */
async function trainInto(
  out: string,
  tf: TensorFlow,
  engine: Engine,
  options: TrainOptions & { engine: EngineName; device: "cpu" | "gpu" },
  parts: Partition,
): Promise<FinishedRun> {
  const { recipe, callbacks = [] } = options;
  const paths = runPaths(out);
  const unlock = await lockRun(out);
  try {
    await createRunDirectory(out, options.overwrite ?? false);
    await writeJson(paths.recipe, recipe);
    const epochs = await fit({
      engine,
      examples: parts.train.labels.length,
      validate: parts.validation.labels.length > 0,
      batchSize: recipe.batchSize,
      epochs: recipe.epochs,
      seed: recipe.seed,
      callbacks: [
        jsonLines(paths.log),
        tensorBoard(tf, paths.tensorBoard),
        checkpoints(paths.checkpoints),
        ...callbacks,
      ],
    });
    const environment = environmentOf(tf, options, parts);
    await exportSavedModel(tf, engine.model, paths.savedModel);
    await writeJson(paths.environment, environment);
    await saveLayersModel(engine.model, paths.layers);
    return { directory: out, recipe, environment, epochs };
  } finally {
    await unlock();
  }
}

/**
 * The sizes of the batches that an epoch consists of.
 *
 * @example
 * ```ts
 * batchSizes(100, 64); // => [64, 36]
 * batchSizes(128, 64); // => [64]
 * ```
 */
export function batchSizes(examples: number, batchSize: number): number[] {
  const last = examples % batchSize;
  return [Math.min(batchSize, examples), ...(last > 0 && examples > batchSize ? [last] : [])];
}

function environmentOf(
  tf: TensorFlow,
  options: TrainOptions & { engine: EngineName; device: "cpu" | "gpu" },
  parts: Partition,
): Environment {
  const { dataset, recipe, engine, device } = options;
  const [cpu] = cpus();
  return {
    schema: "congruent/environment@1",
    engine,
    device,
    seed: recipe.seed,
    platform: `${platform()} ${arch()}`,
    cpu: cpu?.model ?? "unknown",
    cores: cpus().length,
    versions: {
      node: process.versions.node,
      "tfjs-node": tf.version["tfjs-node"] ?? "unknown",
      tensorflow: nodeBackend(tf).binding.TF_Version,
    },
    dataset: {
      name: dataset.name,
      license: dataset.license,
      sha256: { ...dataset.sha256 },
      labels: [...dataset.labels],
      height: dataset.height,
      width: dataset.width,
      channels: dataset.channels,
      foreground: dataset.foreground,
      train: parts.train.labels.length,
      validation: parts.validation.labels.length,
      heldOut: parts.heldOut.labels.length,
      test: parts.test.labels.length,
    },
  };
}
