import type { LayersModel, TensorFlow } from "../tensorflow.js";
import { type Symbolic, through } from "./parts.js";

/** Models whose penalties tfjs counts otherwise than Keras does; oracle/keras_compile.py has the same. */
export const regularizedModels = {
  /** A frozen base, as for transfer learning: it normalizes by its own statistics, which stay, and is not penalized. */
  frozen: (tf: TensorFlow): LayersModel => {
    const l2 = tf.regularizers.l2({ l2: 0.01 });
    const base = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [3], units: 6, kernelRegularizer: l2 }),
        tf.layers.batchNormalization({ momentum: 0.8 }),
      ],
    });
    base.trainable = false;
    const head = tf.layers.dense({ units: 4, activation: "softmax", name: "y" });
    return tf.sequential({ layers: [base, tf.layers.activation({ activation: "tanh" }), head] });
  },

  /** A layer that is applied twice, and one in a wrapper. */
  penalized: (tf: TensorFlow): LayersModel => {
    const input = tf.input({ shape: [4, 3], name: "x" });
    const l2 = tf.regularizers.l2({ l2: 0.01 });
    const shared = tf.layers.dense({ units: 3, activation: "tanh", kernelRegularizer: l2 });
    const inner = tf.layers.dense({ units: 2, kernelRegularizer: tf.regularizers.l1({ l1: 0.003 }) });
    const wrapped = tf.layers.timeDistributed({ layer: inner });
    const layers = [shared, shared, wrapped, tf.layers.flatten(), tf.layers.dense({ units: 1, name: "y" })];
    return tf.model({ inputs: input, outputs: through(input as Symbolic, layers) });
  },

  /** Cells of recurrent layers. */
  recurrent: (tf: TensorFlow): LayersModel => {
    const l2 = tf.regularizers.l2({ l2: 0.01 });
    const l1 = tf.regularizers.l1({ l1: 0.003 });
    const rnn = tf.layers.simpleRNN({ units: 3, kernelRegularizer: l1, biasRegularizer: l2 });
    const lstm = tf.layers.lstm({
      inputShape: [4, 3],
      units: 4,
      recurrentActivation: "sigmoid",
      returnSequences: true,
      kernelRegularizer: l2,
      recurrentRegularizer: l1,
    });
    const both = tf.layers.bidirectional({ layer: rnn as never });
    return tf.sequential({ layers: [lstm, both, tf.layers.dense({ units: 1, name: "y" })] });
  },
};
