import type * as tfjs from "@tensorflow/tfjs";
import type { Layer } from "../model/every-layer.js";
import type { Tensor } from "../tensorflow.js";
import type { TrainingCall } from "./training-call.js";

interface Weight {
  read(): Tensor;
}
type LayerNormalization = Layer & {
  /** A list once the layer is built. */
  axis: number[];
  epsilon: number;
  /** null without `scale` or `center`. */
  gamma?: Weight | null;
  beta?: Weight | null;
};

/**
 * Layer normalization (Ba et al. 2016) by broadcasting, with its own gradient. tfjs tiles the statistics to
 * the shape of the input, and its gradient of a tile is one addition for each copy.
 */
export const layerNormalization: TrainingCall<LayerNormalization> = (tf, layer, input) => {
  const axes = layer.axis.map((axis) => (axis < 0 ? axis + input.rank : axis));
  const others = input.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const weightShape = input.shape.map((dim, axis) => (axes.includes(axis) ? dim : 1));
  const ownShape = axes.map((axis) => input.shape[axis] as number);

  const normalize = tf.customGrad((...parameters: unknown[]) => {
    const [x, gamma, beta, save] = parameters as [Tensor, Tensor, Tensor, tfjs.GradSaveFunc];
    const centered = tf.sub(x, tf.mean(x, axes, true));
    const variance = tf.mean(tf.square(centered), axes, true);
    const inverse = tf.rsqrt(tf.add(variance, layer.epsilon));
    const normal = tf.mul(centered, inverse);
    save([normal, inverse, gamma]);
    return {
      value: tf.add(tf.mul(normal, tf.reshape(gamma, weightShape)), tf.reshape(beta, weightShape)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [n, inv, scale] = saved as [Tensor, Tensor, Tensor];
        const g = tf.mul(dy, tf.reshape(scale, weightShape));
        const along = tf.mul(n, tf.mean(tf.mul(g, n), axes, true));
        const dx = tf.mul(inv, tf.sub(tf.sub(g, tf.mean(g, axes, true)), along));
        const summed = (values: Tensor) => tf.reshape(tf.sum(values, others), ownShape);
        return [dx, summed(tf.mul(dy, n)), summed(dy)];
      },
    };
  });
  return normalize(
    input,
    layer.gamma?.read() ?? tf.ones(ownShape),
    layer.beta?.read() ?? tf.zeros(ownShape),
  ) as Tensor;
};
