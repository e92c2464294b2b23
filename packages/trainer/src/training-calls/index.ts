import { Registry } from "@congruent/core";
import type { Layer } from "../model/every-layer.js";
import { replaceProperty } from "../model/replace-property.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Tensor } from "../tensorflow.js";
import { alphaDropout } from "./alpha-dropout.js";
import { batchNormalization } from "./batch-normalization.js";
import { drawKey, drawsOf } from "./draws.js";
import { dropout } from "./dropout.js";
import { gaussianDropout } from "./gaussian-dropout.js";
import { gaussianNoise } from "./gaussian-noise.js";
import { layerNormalization } from "./layer-normalization.js";
import { drawingMasks } from "./recurrent-dropout.js";
import type { TrainingCall } from "./training-call.js";

export { drawKey, drawsOf } from "./draws.js";
export type { Draws, TrainingCall } from "./training-call.js";

/** By the layer's class name. */
const registry = new Registry<TrainingCall>(
  {
    kind: "layer class with a training call",
    code: "E_TRAINING_CALL",
    fix: "give it one with registerTrainingCall",
  },
  {
    AlphaDropout: alphaDropout as TrainingCall,
    BatchNormalization: batchNormalization as TrainingCall,
    Dropout: dropout as TrainingCall,
    GaussianDropout: gaussianDropout as TrainingCall,
    GaussianNoise: gaussianNoise as TrainingCall,
    LayerNormalization: layerNormalization as TrainingCall,
    SpatialDropout1D: dropout as TrainingCall,
  },
);

/**
 * Registers what layers of your own class compute in a training step, in both engines. For layers that draw random numbers, which
 * tfjs does in JavaScript and a graph cannot repeat, and for layers that are one operator in TensorFlow.
 *
 * @throws CongruentError `E_TRAINING_CALL` where the class has one already
 * @example
 * ```ts no-run
 * registerTrainingCall("UniformNoise", (tf, layer, x, draws) => tf.add(x, draws.uniform(x.shape)));
 * ```
 */
export function registerTrainingCall<L extends Layer>(className: string, call: TrainingCall<L>): void {
  registry.register(className, call as TrainingCall);
}

/** What decides the random numbers of a training step. */
export interface StepKey {
  /** The run's. */
  seed: number;
  /** int32 scalar, counts from 1. */
  step: Tensor;
}

type Callable = { call(inputs: Tensor | Tensor[], kwargs?: { training?: boolean }): Tensor | Tensor[] };

/** Runs `f`, a training step, while the layers of a model use their registered training calls. */
export function withTrainingCalls<T>(
  { tf, layers, cells, trainingLayers }: TrainableModel,
  { seed, step }: StepKey,
  f: () => T,
): T {
  const restore: (() => void)[] = [];
  layers.forEach((layer, position) => {
    cells[position]?.forEach((cell, place) => {
      let masks = 0;
      // Keyed like the layer's own draws, without a seed of the layer; a fifth number keeps the two apart.
      const drawsOfMask = () => drawsOf(tf, drawKey(seed, position, 0, place, masks++), step);
      restore.push(drawingMasks(tf, cell, drawsOfMask));
    });
    const training = registry.find(layer.getClassName());
    if (!training) return;
    const callable = layer as unknown as Callable;
    const inference = callable.call;
    const { seed: layerSeed = 0 } = layer as { seed?: number };
    // A layer that is applied twice in one step draws twice.
    let times = 0;
    const call: Callable["call"] = (inputs, kwargs) => {
      if (!kwargs?.training) return inference.call(callable, inputs, kwargs);
      const draws = drawsOf(tf, drawKey(seed, position, layerSeed, times), step);
      times += 1;
      const [input] = [inputs].flat() as [Tensor];
      const own = (mode: { training: boolean }) =>
        [inference.call(callable, inputs, { ...kwargs, ...mode })].flat()[0] as Tensor;
      return tf.tidy(() => training(tf, layer, input, { ...draws, own, frozen: !trainingLayers.has(layer) }));
    };
    restore.push(replaceProperty(callable, "call", call));
  });
  try {
    return f();
  } finally {
    for (const back of restore) back();
  }
}
