import type { JsonSchema } from "@congruent/core";
import type * as tfjs from "@tensorflow/tfjs";

/** The tfjs module that a caller has loaded (node, node-gpu or the browser's): the zoo itself loads none. */
export type TensorFlow = Omit<typeof tfjs, "default">;

/** A network that can be built by name. */
export interface Architecture {
  /** Also the file name and the value of a recipe's `architecture`. */
  name: string;
  title: string;
  /** [height, width, channels] of one input; values are raw, 0 to 255. */
  inputShape: readonly [number, number, number];
  /**
   * Whether training is faster when parts of a batch are computed side by side, each on one core, than when every operator uses
   * all cores. That is so for small operators, which gain little from a second core. Only for networks that treat each example
   * independently, without batch statistics. The zoo's values were measured (docs/decisions/side-by-side.md). Default: false.
   */
  sideBySide?: boolean;
  /** The schema of a recipe's `parameters` for this network, with defaults; left out where it takes none. */
  parameters?: JsonSchema<Record<string, unknown>>;
  /**
   * A new, untrained model whose last layer is a softmax over `classes`. Weights are drawn from `seed` alone:
   * the same seed gives the same weights.
   *
   * @param options.parameters what `parameters` has accepted. Default: the defaults of its schema.
   */
  build(
    tf: TensorFlow,
    options: { seed: number; classes: number; parameters?: Record<string, unknown> },
  ): tfjs.LayersModel;
}

/**
 * Seeds for the layers of one model: distinct, and a function of the model's seed alone.
 *
 * @example
 * ```ts
 * const next = layerSeeds(42);
 * next() === next(); // => false
 * layerSeeds(42)() === layerSeeds(42)(); // => true
 * ```
 */
export function layerSeeds(seed: number): () => number {
  let layer = 0;
  return () => {
    layer += 1;
    // Knuth's multiplicative hash keeps neighboring seeds and layers apart; tfjs wants a number that is not 0.
    return (Math.imul(seed ^ 0x9e3779b9, 2654435761) ^ Math.imul(layer, 0x85ebca6b)) >>> 0 || 1;
  };
}

/** Glorot-uniform initializers, Keras' own for kernels: each call gives one for the next layer, of a seed of its own. */
export function glorotUniforms(
  tf: TensorFlow,
  seed: number,
): () => ReturnType<TensorFlow["initializers"]["glorotUniform"]> {
  const next = layerSeeds(seed);
  return () => tf.initializers.glorotUniform({ seed: next() });
}
