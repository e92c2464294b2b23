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
   * Whether parts of a batch are best computed side by side, each operator on a core of its own, and not operator by
   * operator on all cores: so with small operators, which gain little from a second core. Only for networks that treat
   * each example by itself, without batch statistics. What the zoo says here was measured (docs/decisions/side-by-side.md).
   */
  sideBySide?: boolean;
  /** What a recipe's `parameters` may say of the network, with its defaults; left out where it takes none. */
  parameters?: JsonSchema<Record<string, unknown>>;
  /**
   * A new, untrained model whose last layer is a softmax over `classes`. Weights are drawn from `seed` alone:
   * the same seed gives the same weights.
   *
   * @param options.parameters what `parameters` has accepted; the defaults unless given
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
    // Knuth's multiplicative hash keeps neighbouring seeds and layers apart; tfjs wants a number that is not 0.
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
