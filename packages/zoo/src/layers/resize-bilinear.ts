import type * as tfjs from "@tensorflow/tfjs";
import type { TensorFlow } from "../architecture.js";
import { type LayerClass, only } from "./layer-class.js";

export interface ResizeBilinearConfig {
  name?: string;
  height: number;
  width: number;
}

/**
 * Resizes images by bilinear interpolation between pixel centers, as Keras' `Resizing` does. (tfjs' own `resizing`
 * aligns the corners instead, which gives other values.)
 *
 * Input float32 [batch, h, w, channels], output float32 [batch, height, width, channels]. No weights.
 */
export function resizeBilinear(tf: TensorFlow): LayerClass<ResizeBilinearConfig> {
  return class ResizeBilinear extends tf.layers.Layer {
    static className = "ResizeBilinear";
    readonly size: [height: number, width: number];

    constructor(config: ResizeBilinearConfig) {
      super(config as object);
      this.size = [config.height, config.width];
    }

    override computeOutputShape(inputShape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape {
      const [batch = null, , , channels = null] = inputShape as tfjs.Shape;
      return [batch, ...this.size, channels];
    }

    override call(inputs: tfjs.Tensor | tfjs.Tensor[]): tfjs.Tensor {
      const resize = tf.customGrad((images: unknown) => ({
        value: tf.image.resizeBilinear(images as tfjs.Tensor4D, this.size, false, true),
        gradFunc: (dy: tfjs.Tensor) => backwards(tf, dy, (images as tfjs.Tensor4D).shape),
      }));
      return resize(only(inputs));
    }

    override getConfig(): tfjs.serialization.ConfigDict {
      const [height, width] = this.size;
      return { ...super.getConfig(), height, width };
    }
  };
}

/**
 * The gradient of the resized images, brought back to the images. tfjs has an operator for it that knows nothing of
 * pixel centers, so the interpolation is written as two matrices, one a side, and they are transposed here.
 */
function backwards(tf: TensorFlow, dy: tfjs.Tensor, [batch, h, w, channels]: readonly number[]): tfjs.Tensor {
  const [, height = 0, width = 0] = dy.shape;
  const matrix = (from = 0, to = 0) => tf.tensor(interpolation(from, to), [1, to, from]);
  const columns = tf.reshape(dy, [batch ?? 0, height, width * (channels ?? 0)]);
  const rows = tf.matMul(matrix(h, height), columns, true);
  const left = tf.matMul(matrix(w, width), tf.reshape(rows, [-1, width, channels ?? 0]), true);
  return tf.reshape(left, [batch ?? 0, h ?? 0, w ?? 0, channels ?? 0]);
}

/**
 * The weight of each of `from` values in each of `to` interpolated ones.
 *
 * @returns float32 [to, from], row-major
 * @internal exported for its example
 * @example
 * ```ts
 * [...interpolation(2, 4)]; // => [1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1]
 * ```
 */
export function interpolation(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const place = ((i + 0.5) * from) / to - 0.5;
    const [below, share] = [Math.floor(place), place - Math.floor(place)];
    const inside = (j: number) => i * from + Math.min(Math.max(j, 0), from - 1);
    weights[inside(below)] = (weights[inside(below)] ?? 0) + 1 - share;
    weights[inside(below + 1)] = (weights[inside(below + 1)] ?? 0) + share;
  }
  return weights;
}
