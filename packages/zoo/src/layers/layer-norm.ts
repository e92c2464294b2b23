import type * as tfjs from "@tensorflow/tfjs";
import type { TensorFlow } from "../architecture.js";
import { type LayerClass, only } from "./layer-class.js";

export interface LayerNormConfig {
  name?: string;
  /** Added to the variance. */
  epsilon?: number;
}

/**
 * Normalizes the last dimension (Ba et al. 2016), with weights named as in Keras' `LayerNormalization`: gamma and beta
 * [depth]. tfjs' own `layerNormalization` computes the same, but spreads its weights over the whole batch by tiles,
 * whose gradient is one slice for each of batch · length rows.
 *
 * Input and output float32 [batch, ..., depth].
 */
export function layerNorm(tf: TensorFlow): LayerClass<LayerNormConfig> {
  return class LayerNorm extends tf.layers.Layer {
    static className = "LayerNorm";
    readonly epsilon: number;

    constructor(config: LayerNormConfig) {
      super(config as object);
      this.epsilon = config.epsilon ?? 1e-3;
    }

    override build(inputShape: tfjs.Shape | tfjs.Shape[]): void {
      const depth = (inputShape as tfjs.Shape).at(-1) ?? 0;
      this.addWeight("gamma", [depth], "float32", tf.initializers.ones());
      this.addWeight("beta", [depth], "float32", tf.initializers.zeros());
      super.build(inputShape);
    }

    override computeOutputShape(inputShape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape {
      return inputShape as tfjs.Shape;
    }

    override call(inputs: tfjs.Tensor | tfjs.Tensor[]): tfjs.Tensor {
      const [gamma, beta] = this.weights.map((weight) => weight.read()) as [tfjs.Tensor, tfjs.Tensor];
      return normalizeRows(tf, only(inputs), gamma, beta, this.epsilon);
    }

    override getConfig(): tfjs.serialization.ConfigDict {
      return { ...super.getConfig(), epsilon: this.epsilon };
    }
  };
}

/**
 * `(x - mean) / sqrt(variance + epsilon) · gamma + beta` along the last dimension, with its gradient in closed form.
 *
 * @param x float32 [..., depth]
 * @param gamma float32 [depth]
 * @param beta float32 [depth]
 */
function normalizeRows(
  tf: TensorFlow,
  x: tfjs.Tensor,
  gamma: tfjs.Tensor,
  beta: tfjs.Tensor,
  epsilon: number,
): tfjs.Tensor {
  const mean = (of: tfjs.Tensor) => tf.mean(of, -1, true);
  const rows = x.shape.slice(0, -1).map((_, axis) => axis);
  const normalize = tf.customGrad((...parameters: unknown[]) => {
    const [input, gain, offset, save] = parameters as [T, T, T, tfjs.GradSaveFunc];
    const centered = tf.sub(input, mean(input));
    const inverse = tf.rsqrt(tf.add(mean(tf.square(centered)), epsilon));
    const unit = tf.mul(centered, inverse);
    save([unit, inverse, gain]);
    return {
      value: tf.add(tf.mul(unit, gain), offset),
      gradFunc: (dy: T, saved: T[]) => {
        const [hat, inv, scale] = saved as [T, T, T];
        const weighted = tf.mul(dy, scale);
        const along = tf.mul(hat, mean(tf.mul(weighted, hat)));
        return [
          tf.mul(inv, tf.sub(tf.sub(weighted, mean(weighted)), along)),
          tf.sum(tf.mul(dy, hat), rows),
          tf.sum(dy, rows),
        ];
      },
    };
  });
  return normalize(x, gamma, beta);
}

type T = tfjs.Tensor;
