import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rows, sizeOf } from "@congruent/core";
import { loadDataset, type Split } from "@congruent/datasets";
import { askOracle } from "@congruent/toolchain/testing";
import { architecture } from "@congruent/zoo";
import type { EngineState, StateTensor } from "../engines/engine.js";
import { createEngine, type EngineName } from "../engines/index.js";
import { stateLayout } from "../engines/state.js";
import { examplesOf } from "../examples/examples.js";
import { TrainableModel } from "../model/trainable-model.js";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import { objectiveOf } from "../step/objective.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";

const script = fileURLToPath(new URL("../../oracle/keras_training.py", import.meta.url));
const VALIDATION = 50;
const adam = { name: "adam", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** What Keras says of each of its steps. */
export interface KerasAnswer {
  losses: number[];
  validation: number[];
  errors: StepErrors[];
  /** A regular expression of the weights whose gradient is zero in exact arithmetic; null for none. */
  still: string | null;
}

/** How far a step of Keras' in float32 is from the exact one, in float64. */
export interface StepErrors {
  /** The largest difference of a logit of the training batch. */
  logits: number;
  /** Of each trainable weight's gradient, as a share of its largest element. */
  gradients: number[];
  /** Likewise, how far each exact gradient moves with small random changes of the weights: see the oracle. */
  moves: number[];
  /** Of each moving statistic after the step. */
  statistics: number[];
}

/** Networks of the zoo that Keras has trained, without dropout; every state it went through lies in a folder. */
export interface KerasTraining {
  tf: TensorFlow;
  folder: string;
  steps: number;
  batch: number;
  images: Split;
  answers: Record<string, KerasAnswer>;
  close(): Promise<void>;
}

export interface KerasQuestion {
  networks: readonly string[];
  steps: number;
  batch: number;
  /**
   * How many random changes of the weights each step's kinks are looked for with: they are most of the oracle's work. Fewer find fewer
   * kinks, and allow less. Default: 24, which find nearly every one of regcnn's, whose millions of units have some at most steps.
   */
  draws?: number;
}

/** Has Keras train networks for some steps on genuine images, from the weights that our seed 7 draws. */
export async function trainInKeras(
  tf: TensorFlow,
  { networks, steps, batch, draws = 24 }: KerasQuestion,
): Promise<KerasTraining> {
  const { train } = await loadDataset("mnist");
  const count = steps * batch + VALIDATION;
  const images = { images: rows(train.images, 0, count), labels: train.labels.slice(0, count) };
  const folder = await mkdtemp(join(tmpdir(), "congruent-keras-"));
  await writeFile(join(folder, "images.bin"), images.images.data);
  await writeFile(join(folder, "labels.bin"), Uint8Array.from(images.labels));
  for (const network of networks) {
    const model = architecture(network).build(tf, { seed: 7, classes: 10 });
    const weights = model.getWeights().map((weight) => Buffer.from(weight.dataSync().slice().buffer));
    await mkdir(join(folder, network));
    await writeFile(join(folder, network, "weights.bin"), Buffer.concat(weights));
    model.dispose();
  }
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const stdout = await askOracle({
      environment: "export",
      script,
      args: [".", String(steps), String(batch), String(draws), ...networks],
      folder,
      timeoutMs: 1_200_000,
    });
    return { tf, folder, steps, batch, images, answers: JSON.parse(stdout), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What one step of ours and the same step of Keras' end in, from the same state, on the same batch. */
export interface ComparedStep {
  /** With the regularization terms, before the update: [ours, Keras']. */
  loss: [number, number];
  /** With the regularization terms, of the validation images after Keras' update: [ours, Keras']. */
  validationLoss: [number, number];
  ours: EngineState;
  keras: EngineState;
  before: EngineState;
  /** Of the weights: all of them, and the trainable ones, in the order of the state. */
  names: { all: string[]; trainable: string[] };
}

export interface OwnSteps {
  network: string;
  engine: EngineName;
  /** What the optimizer is given beside Keras' own parameters: to see that a difference is found. */
  optimizer?: { epsilon?: number };
  /** Done to our model before it is trained: also to see that a difference is found. */
  change?: (model: LayersModel) => void;
}

/**
 * Has an engine take each of Keras' steps again, from the state from which Keras took it. What differs is the arithmetic of that
 * one step: training by itself doubles a difference every other step, so that after twenty steps a right one could not
 * be told from one that is slightly wrong.
 */
export async function* stepsLikeKeras(
  keras: KerasTraining,
  own: OwnSteps,
): AsyncGenerator<ComparedStep, void> {
  const { tf, folder, steps, batch, images, answers } = keras;
  const model = architecture(own.network).build(tf, { seed: 7, classes: 10 });
  for (const layer of model.layers as { rate?: number }[]) if (layer.rate !== undefined) layer.rate = 0;
  own.change?.(model);
  const objective = objectiveOf(model, { loss: "sparseCategoricalCrossentropy", metrics: [] });
  const part = (begin: number, end: number) =>
    examplesOf(
      { images: rows(images.images, begin, end), labels: images.labels.subarray(begin, end) },
      objective,
    );
  const optimizer = optimizerOf({ ...adam, ...own.optimizer });
  const named = (weights: LayersModel["weights"]) => weights.map(({ name }) => name);
  const names = { all: named(model.weights), trainable: named(model.trainableWeights) };
  const engine = await createEngine(own.engine, {
    tf,
    model,
    objective,
    optimizer,
    train: part(0, steps * batch),
    validation: part(steps * batch, steps * batch + VALIDATION),
    batchSizes: [batch],
    seed: 1,
  });
  const layout = stateLayout(new TrainableModel(tf, model), optimizer);
  const read = (step: number) => readState(join(folder, own.network, `state-${step}.bin`), layout, step);
  try {
    let before = await read(0);
    for (let step = 0; step < steps; step++) {
      const after = await read(step + 1);
      const { losses, validation } = answers[own.network] as KerasAnswer;
      engine.restore(before);
      const positions = Int32Array.from({ length: batch }, (_, i) => step * batch + i);
      const [loss] = engine.trainStep(positions) as [number];
      const ours = engine.state();
      engine.restore(after);
      const [validationLoss] = engine.evaluate() as [number];
      yield {
        loss: [loss, losses[step] as number],
        validationLoss: [validationLoss, validation[step] as number],
        ours,
        keras: after,
        before,
        names,
      };
      before = after;
    }
  } finally {
    engine.close();
    model.dispose();
  }
}

async function readState(
  path: string,
  layout: ReturnType<typeof stateLayout>,
  step: number,
): Promise<EngineState> {
  const bytes = await readFile(path);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let at = 0;
  const tensors = layout.map(({ name, shape }): StateTensor => {
    const size = sizeOf(shape);
    at += size;
    return { name, shape, data: values.slice(at - size, at) };
  });
  if (at !== values.length) throw new Error(`${path} has ${values.length} values instead of ${at}`);
  return { step, learningRate: adam.learningRate, tensors };
}
