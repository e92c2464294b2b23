import type * as tfjs from "@tensorflow/tfjs";
import type { TensorFlow } from "../architecture.js";
import { type LayerClass, only } from "./layer-class.js";

export interface PositionalEncodingConfig {
  name?: string;
}

/**
 * Adds sinusoidal positions (Vaswani et al. 2017), laid out as all sines, then all cosines.
 *
 * Input and output float32 [batch, length, depth] with an even depth. No weights.
 */
export function positionalEncoding(tf: TensorFlow): LayerClass<PositionalEncodingConfig> {
  return class PositionalEncoding extends tf.layers.Layer {
    static className = "PositionalEncoding";

    constructor(config: PositionalEncodingConfig) {
      super(config as object);
    }

    override computeOutputShape(inputShape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape {
      return inputShape as tfjs.Shape;
    }

    override call(inputs: tfjs.Tensor | tfjs.Tensor[]): tfjs.Tensor {
      return tf.tidy(() => {
        const x = only(inputs);
        const [, length = 0, depth = 0] = x.shape;
        return tf.add(x, tf.tensor(sinusoids(length, depth), [length, depth]));
      });
    }
  };
}

/**
 * Row p holds sin(p · 10000^(-i / half)) for i = 0 to half - 1, then the cosines; half is depth / 2.
 *
 * @returns float32 [length, depth], row-major, computed in double precision
 * @example
 * ```ts
 * [...sinusoids(1, 4)]; // => [0, 0, 1, 1]
 * ```
 */
export function sinusoids(length: number, depth: number): Float32Array {
  const half = depth / 2;
  if (!Number.isInteger(half)) throw new Error(`positions need an even depth, not ${depth}`);
  return Float32Array.from({ length: length * depth }, (_, at) => {
    const [position, column] = [Math.floor(at / depth), at % depth];
    const angle = position / 10_000 ** ((column % half) / half);
    return column < half ? Math.sin(angle) : Math.cos(angle);
  });
}
