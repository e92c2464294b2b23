import type * as tfjs from "@tensorflow/tfjs";
import { layerSeeds, type TensorFlow } from "../architecture.js";
import { type LayerClass, only } from "./layer-class.js";

export interface MultiHeadAttentionConfig {
  name?: string;
  numHeads: number;
  /** Width of each head's queries, keys and values. */
  keyDim: number;
  /** Decides the kernels, which are drawn Glorot-uniform, each from a seed of its own. */
  seed?: number;
}

/**
 * Self-attention (Vaswani et al. 2017): `softmax(q · kᵀ / sqrt(keyDim)) · v` for every head, with weights named, shaped
 * and ordered as in Keras' `MultiHeadAttention`: query, key and value kernels [depth, heads, keyDim] with biases
 * [heads, keyDim], output kernel [heads, keyDim, depth] with bias [depth].
 *
 * Input and output float32 [batch, length, depth].
 */
export function multiHeadAttention(tf: TensorFlow): LayerClass<MultiHeadAttentionConfig> {
  return class MultiHeadAttention extends tf.layers.Layer {
    static className = "MultiHeadAttention";
    readonly numHeads: number;
    readonly keyDim: number;
    readonly seed: number | undefined;

    constructor(config: MultiHeadAttentionConfig) {
      super(config as object);
      this.numHeads = config.numHeads;
      this.keyDim = config.keyDim;
      this.seed = config.seed;
    }

    override build(inputShape: tfjs.Shape | tfjs.Shape[]): void {
      const depth = (inputShape as tfjs.Shape).at(-1) ?? 0;
      const [heads, width] = [this.numHeads, this.keyDim];
      const next = this.seed === undefined ? () => undefined : layerSeeds(this.seed);
      const dense = (name: string, kernel: number[], bias: number[]) => {
        const seed = next();
        const glorot = tf.initializers.glorotUniform(seed === undefined ? {} : { seed });
        this.addWeight(`${name}_kernel`, kernel, "float32", glorot);
        this.addWeight(`${name}_bias`, bias, "float32", tf.initializers.zeros());
      };
      for (const name of ["query", "key", "value"]) dense(name, [depth, heads, width], [heads, width]);
      dense("output", [heads, width, depth], [depth]);
      super.build(inputShape);
    }

    override computeOutputShape(inputShape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape {
      return inputShape as tfjs.Shape;
    }

    override call(inputs: tfjs.Tensor | tfjs.Tensor[]): tfjs.Tensor {
      return tf.tidy(() => {
        const x = only(inputs);
        const [batch = 0, length = 0, depth = 0] = x.shape;
        const [heads, width] = [this.numHeads, this.keyDim];
        const [wq, bq, wk, bk, wv, bv, wo, bo] = this.weights.map((weight) => weight.read()) as Eight;
        const rows = tf.reshape(x, [batch * length, depth]) as tfjs.Tensor2D;

        /** One matrix product for all heads, then [batch, heads, length, width]. */
        const projected = (kernel: tfjs.Tensor, bias: tfjs.Tensor): tfjs.Tensor4D => {
          const all = heads * width;
          const flat = tf.add(
            tf.matMul(rows, tf.reshape(kernel, [depth, all]) as tfjs.Tensor2D),
            tf.reshape(bias, [all]),
          );
          return tf.transpose(tf.reshape(flat, [batch, length, heads, width]), [0, 2, 1, 3]);
        };

        // Scaling the weights of the query scales every product, and they are fewer than the queries.
        const scale = 1 / Math.sqrt(width);
        const query = projected(tf.mul(wq, scale), tf.mul(bq, scale));
        const scores = tf.softmax(tf.matMul(query, projected(wk, bk), false, true));
        const mixed = tf.transpose(tf.matMul(scores, projected(wv, bv)), [0, 2, 1, 3]);
        const joined = tf.reshape(mixed, [batch * length, heads * width]) as tfjs.Tensor2D;
        const output = tf.matMul(joined, tf.reshape(wo, [heads * width, depth]) as tfjs.Tensor2D);
        return tf.reshape(tf.add(output, bo), [batch, length, depth]);
      });
    }

    override getConfig(): tfjs.serialization.ConfigDict {
      const { numHeads, keyDim, seed } = this;
      return { ...super.getConfig(), numHeads, keyDim, ...(seed !== undefined && { seed }) };
    }
  };
}

type T = tfjs.Tensor;
type Eight = [T, T, T, T, T, T, T, T];
