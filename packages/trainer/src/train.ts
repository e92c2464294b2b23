import { CongruentError } from "@congruent/core";
import { sync, writeJson } from "@congruent/core/files";
import type { Recipe } from "@congruent/core/schemas";
import { type Dataset, type Partition, partition } from "@congruent/datasets";
import { saveLayersModel } from "@congruent/layers";
import {
  createRunDirectory,
  environmentOf,
  type FinishedRun,
  lockRun,
  recipeMetrics,
  runPaths,
} from "@congruent/run";
import { loadTensorFlow } from "@congruent/toolchain";
import { networkOf } from "@congruent/zoo";
import { augmentationOf } from "./augment/augmentation.js";
import type { Callback } from "./callbacks/callback.js";
import { callbackOf, refuseCallbacks } from "./callbacks/index.js";
import { jsonLines } from "./callbacks/json-lines.js";
import { refuseChoosingByTest } from "./callbacks/refuse-choosing-by-test.js";
import { tensorBoard } from "./callbacks/tensorboard.js";
import type { Checkpoint, TrainingIdentity } from "./checkpoints/checkpoint.js";
import { checkpointer } from "./checkpoints/checkpointer.js";
import { earlierRun, refuseNothingToResume } from "./checkpoints/earlier-run.js";
import { otherProcessor, refuseOtherTraining } from "./checkpoints/identity.js";
import type { FoundCheckpoint } from "./checkpoints/store.js";
import { type Computation, computationAgain, computationOf } from "./engines/computation.js";
import type { Engine } from "./engines/engine.js";
import { createEngine, type EngineName } from "./engines/index.js";
import { instructionSetOf, processorFlags } from "./engines/processor-flags.js";
import { batchSizes } from "./examples/batch-sizes.js";
import { withClassWeight } from "./examples/example-weights.js";
import { examplesOf } from "./examples/examples.js";
import { checkExportable, exportSavedModel } from "./export/export-saved-model.js";
import { fit, loggedFields, refuseBatchLargerThanSet } from "./fit.js";
import { TrainableModel } from "./model/trainable-model.js";
import { optimizerOf } from "./optimizers/optimizer-of.js";
import { scheduleOf } from "./schedules/index.js";
import { objectiveOf } from "./step/objective.js";
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
  /**
   * Resumes the training in `out` from its newest checkpoint: the weights become, bit for bit, those of a
   * training that was never interrupted. A finished run is returned as it is.
   */
  resume?: boolean;
  callbacks?: readonly Callback[];
  /** Seconds between two checkpoints within an epoch; every epoch ends with one in any case. */
  checkpointSeconds?: number;
  /** When it is aborted, the training writes a checkpoint after the current step and ends with `E_INTERRUPTED`. */
  signal?: AbortSignal;
  /** Called with messages for the user: where a training resumes, which checkpoint is damaged. */
  notice?: (text: string) => void;
}

/** A checkpoint costs some milliseconds; at most this many seconds of work are lost. */
const CHECKPOINT_SECONDS = 30;

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
  const { recipe, out, resume = false } = options;
  if (!resume) return trainFrom(options, null);
  await refuseNothingToResume(out);
  const unlock = await lockRun(out);
  try {
    const earlier = await earlierRun(out, recipe);
    if (earlier.finished) {
      options.notice?.(`${out} is finished: ${earlier.finished.epochs.length} epochs`);
      return earlier.finished;
    }
    return await trainFrom(options, earlier);
  } finally {
    await unlock();
  }
}

/** Trains from the beginning (null), or from where an earlier run was interrupted, whose directory is locked then. */
async function trainFrom(
  options: TrainOptions,
  earlier: { found: FoundCheckpoint | null } | null,
): Promise<FinishedRun> {
  const { recipe, dataset, out } = options;
  const checkpoint = earlier?.found?.checkpoint ?? null;
  const engineName = options.engine ?? checkpoint?.identity.engine ?? "graph";
  const device = options.device ?? checkpoint?.identity.device ?? "cpu";
  const network = networkOf(recipe);
  const shape = [dataset.height, dataset.width, dataset.channels];
  if (network.inputShape.join() !== shape.join()) {
    throw new CongruentError({
      code: "E_INPUT_SHAPE",
      what: `${network.title} takes images of shape [${network.inputShape.join(", ")}], ${dataset.title} has [${shape.join(", ")}]`,
      fix: "choose an architecture and a data set that fit",
    });
  }
  refuseChoosingByTest(recipe);
  const parts = partition(dataset, recipe);
  const examples = parts.train.labels.length;
  const { batchSize } = recipe;
  const computation = checkpoint
    ? computationAgain(checkpoint.identity)
    : computationOf({ sideBySide: network.sideBySide, batchSize, engine: engineName, device });
  const tf = await loadTensorFlow({ device, threads: computation.threads });
  // All checks come before an earlier run is replaced and before the training takes time.
  refuseBatchLargerThanSet(batchSize, examples);
  const model = network.build(tf, { classes: dataset.labels.length });
  checkExportable(new TrainableModel(tf, model));
  const steps = Math.ceil(examples / batchSize);
  const { learningRate } = recipe.optimizer;
  const schedule =
    recipe.schedule &&
    scheduleOf(recipe.schedule, { learningRate, stepsPerEpoch: steps, epochs: recipe.epochs });
  const objective = objectiveOf(model, {
    loss: recipe.loss,
    metrics: recipeMetrics(recipe),
  });
  const labeled = examplesOf(parts.train, objective);
  const engine = await createEngine(engineName, {
    tf,
    model,
    objective,
    train: recipe.classWeight ? withClassWeight(labeled, objective, recipe.classWeight) : labeled,
    validation: parts.validation.labels.length > 0 ? examplesOf(parts.validation, objective) : null,
    optimizer: optimizerOf(recipe.optimizer, schedule),
    batchSizes: batchSizes(examples, batchSize),
    batchParts: computation.batchParts,
    kernels: computation.kernels,
    augment: recipe.augmentation && augmentationOf(tf, recipe.augmentation, model),
    seed: recipe.seed,
    precision: recipe.precision,
    device,
  });
  try {
    const logged = loggedFields(engine, parts.validation.labels.length > 0);
    await refuseCallbacks(recipe.callbacks ?? [], { engine, epochs: recipe.epochs, steps, examples, logged });
    const run = { ...options, engine: engineName, device, computation };
    const identity = identityOf(tf, engine, run, parts);
    if (checkpoint) refuseOtherTraining(checkpoint.identity, identity, out);
    noticeResume(options, earlier);
    const processor = checkpoint && otherProcessor(checkpoint.identity, identity);
    if (processor) options.notice?.(processor);
    if (checkpoint) engine.restore(checkpoint.engine);
    return await trainInto({ tf, engine, options: run, parts, identity, earlier, checkpoint });
  } finally {
    engine.close();
    model.dispose();
  }
}

/** Trains with an engine that is ready, and writes the run directory meanwhile. */
async function trainInto({
  tf,
  engine,
  options,
  parts,
  identity,
  earlier,
  checkpoint,
}: {
  tf: TensorFlow;
  engine: Engine;
  options: RunOptions;
  parts: Partition;
  identity: TrainingIdentity;
  earlier: object | null;
  checkpoint: Checkpoint | null;
}): Promise<FinishedRun> {
  const { recipe, out, signal, checkpointSeconds: everySeconds = CHECKPOINT_SECONDS } = options;
  const paths = runPaths(out);
  const unlock = earlier ? null : await lockRun(out);
  try {
    if (!earlier) {
      await createRunDirectory(out, options.overwrite ?? false);
      await writeJson(paths.recipe, recipe);
    }
    const callbacks = [
      jsonLines(paths.log),
      tensorBoard(paths.tensorBoard),
      ...(recipe.callbacks ?? []).map(callbackOf),
      ...(options.callbacks ?? []),
    ];
    const { logs, stopped } = await fit({
      engine,
      examples: parts.train.labels.length,
      validate: parts.validation.labels.length > 0,
      batchSize: recipe.batchSize,
      epochs: recipe.epochs,
      seed: recipe.seed,
      callbacks,
      resumed: earlier !== null,
      ...(checkpoint && { from: checkpoint }),
      pause: checkpointer({
        directory: paths.checkpoints,
        identity,
        engine,
        callbacks,
        everySeconds,
        signal,
      }),
    });
    const { engine: name, device, dataset, computation } = options;
    const environment = {
      ...environmentOf({
        ...{ engine: name, device, seed: recipe.seed, ...computation, dataset, parts },
        instructionSet: instructionSetOf(processorFlags()),
        versions: {
          "tfjs-node": tf.version["tfjs-node"] ?? "unknown",
          tensorflow: nodeBackend(tf).binding.TF_Version,
        },
      }),
      ...(stopped && { stopped }),
    };
    await exportSavedModel(tf, engine.model, paths.savedModel);
    await writeJson(paths.environment, environment);
    // The log was appended line by line; it must be on disk before the folder that marks the run as finished.
    await sync(paths.log);
    await saveLayersModel(engine.model, paths.layers);
    return { directory: out, recipe, environment, epochs: logs };
  } finally {
    await unlock?.();
  }
}

type RunOptions = TrainOptions & { engine: EngineName; device: "cpu" | "gpu"; computation: Computation };

/** What must be the same when a training is resumed. */
function identityOf(tf: TensorFlow, engine: Engine, options: RunOptions, parts: Partition): TrainingIdentity {
  const { recipe, dataset, device, computation } = options;
  return {
    recipe,
    engine: engine.name,
    device,
    dataset: {
      name: dataset.name,
      sha256: { ...dataset.sha256 },
      train: parts.train.labels.length,
      validation: parts.validation.labels.length,
    },
    // Without the names of the layers, which contain a counter of the whole process.
    weights: engine.model.weights.map(
      ({ originalName, shape }) => `${originalName.split("/").at(-1)} [${shape.join(", ")}]`,
    ),
    ...(device === "cpu" && { ...computation, instructionSet: instructionSetOf(processorFlags()) }),
    tensorflow: nodeBackend(tf).binding.TF_Version,
  };
}

function noticeResume(
  { out, notice }: TrainOptions,
  earlier: { found: FoundCheckpoint | null } | null,
): void {
  if (!earlier) return;
  const { found } = earlier;
  if (!found) {
    notice?.(`${out} was interrupted before its first checkpoint: it starts again`);
    return;
  }
  for (const { why } of found.damaged) notice?.(`${why}: the checkpoint before it is used`);
  const { epoch, step } = found.checkpoint.position;
  notice?.(`resumes in epoch ${epoch} after step ${step}, from ${found.path}`);
}
