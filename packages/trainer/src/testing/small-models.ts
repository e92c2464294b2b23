import type { LayersModel, TensorFlow } from "../tensorflow.js";
import { classes, functional, head, pixels, type Symbolic, seeded, seededUnits, through } from "./parts.js";

/** Small classifiers of 8 x 8 images whose layers take different ways through tfjs; for tests. */
export const smallModels: Record<string, (tf: TensorFlow) => LayersModel> = {
  dense: (tf) =>
    tf.sequential({
      layers: [
        tf.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 1] }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 16, activation: "relu", kernelInitializer: seeded(tf, 1) }),
        tf.layers.dense({ units: 4, activation: "softmax", kernelInitializer: seeded(tf, 2) }),
      ],
    }),

  convolutional: (tf) =>
    tf.sequential({
      layers: [
        tf.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 1] }),
        tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu", kernelInitializer: seeded(tf, 3) }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.conv2d({
          filters: 4,
          kernelSize: 2,
          padding: "same",
          activation: "tanh",
          kernelInitializer: seeded(tf, 4),
        }),
        tf.layers.averagePooling2d({ poolSize: 3, strides: 1 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 4, activation: "softmax", kernelInitializer: seeded(tf, 5) }),
      ],
    }),

  "batch normalization with L2": (tf) =>
    tf.sequential({
      layers: [
        tf.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 1] }),
        // Without bias: before a normalization its gradient is zero but for rounding, which Adam would enlarge.
        tf.layers.conv2d({ filters: 3, kernelSize: 3, useBias: false, kernelInitializer: seeded(tf, 6) }),
        tf.layers.batchNormalization({ momentum: 0.9 }),
        tf.layers.activation({ activation: "relu" }),
        tf.layers.flatten(),
        tf.layers.dense({
          units: 4,
          activation: "softmax",
          kernelInitializer: seeded(tf, 7),
          kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }),
        }),
      ],
    }),

  "functional with a shortcut": (tf) => {
    const input = tf.input({ shape: [8, 8, 1] });
    const scaled = tf.layers.rescaling({ scale: 1 / 255 }).apply(input) as ReturnType<typeof tf.input>;
    const conv = tf.layers
      .conv2d({
        filters: 1,
        kernelSize: 3,
        padding: "same",
        activation: "relu",
        kernelInitializer: seeded(tf, 8),
      })
      .apply(scaled) as ReturnType<typeof tf.input>;
    const added = tf.layers.add().apply([scaled, conv]) as ReturnType<typeof tf.input>;
    const pooled = tf.layers.globalAveragePooling2d({}).apply(added) as ReturnType<typeof tf.input>;
    const output = tf.layers
      .dense({ units: 4, activation: "softmax", kernelInitializer: seeded(tf, 9) })
      .apply(pooled) as ReturnType<typeof tf.input>;
    return tf.model({ inputs: input, outputs: output });
  },

  "dense on rank 3, layer normalization": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [8, 8]),
        tf.layers.dense({ units: 6, activation: "relu", kernelInitializer: seeded(tf, 10) }),
        tf.layers.layerNormalization({ epsilon: 1e-3 }),
        tf.layers.dense({ units: 5, useBias: false, kernelInitializer: seeded(tf, 11) }),
        ...head(tf, 12),
      ],
    }),

  "PReLU and leaky ReLU": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [64]),
        tf.layers.dense({ units: 12, kernelInitializer: seeded(tf, 13) }),
        tf.layers.prelu({ alphaInitializer: "ones" }),
        tf.layers.dense({ units: 8, kernelInitializer: seeded(tf, 14) }),
        tf.layers.leakyReLU({ alpha: 0.2 }),
        classes(tf, 15),
      ],
    }),

  "separable and depthwise convolution": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [8, 8, 1]),
        tf.layers.separableConv2d({
          filters: 3,
          kernelSize: 3,
          activation: "relu",
          depthwiseInitializer: seeded(tf, 16),
          pointwiseInitializer: seeded(tf, 17),
        }),
        tf.layers.depthwiseConv2d({ kernelSize: 2, depthwiseInitializer: seeded(tf, 18) }),
        ...head(tf, 19),
      ],
    }),

  "convolution over one dimension": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [8, 8]),
        tf.layers.conv1d({
          filters: 4,
          kernelSize: 3,
          activation: "relu",
          kernelInitializer: seeded(tf, 20),
        }),
        tf.layers.maxPooling1d({ poolSize: 2 }),
        ...head(tf, 21),
      ],
    }),

  "batch normalization between dense layers": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [64]),
        tf.layers.dense({ units: 6, useBias: false, kernelInitializer: seeded(tf, 22) }),
        tf.layers.batchNormalization({ momentum: 0.9 }),
        tf.layers.activation({ activation: "tanh" }),
        classes(tf, 23),
      ],
    }),

  "embedding of the pixels": (tf) =>
    tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [8, 8, 1] }),
        tf.layers.embedding({ inputDim: 256, outputDim: 2, embeddingsInitializer: seeded(tf, 24) }),
        ...head(tf, 25),
      ],
    }),

  "transposed convolution, upsampling and padding": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [8, 8, 1]),
        tf.layers.zeroPadding2d({
          padding: [
            [1, 0],
            [2, 1],
          ],
        }),
        tf.layers.conv2dTranspose({
          filters: 2,
          kernelSize: 3,
          strides: 2,
          activation: "relu",
          kernelInitializer: seeded(tf, 26),
        }),
        tf.layers.upSampling2d({ size: [2, 2] }),
        tf.layers.globalMaxPooling2d({}),
        classes(tf, 27),
      ],
    }),

  "layers one unit wide": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [64]),
        tf.layers.dense({ units: 1, activation: "sigmoid", kernelInitializer: seeded(tf, 28) }),
        tf.layers.dense({ units: 1, kernelInitializer: seeded(tf, 29) }),
        tf.layers.dense({ units: 4, activation: "softmax", kernelInitializer: seeded(tf, 30) }),
      ],
    }),

  "concatenated and multiplied branches": (tf) => {
    const [input, x] = functional(tf, [64]);
    const branch = (activation: "selu" | "softplus" | "sigmoid", seed: number) =>
      tf.layers.dense({ units: 5, activation, kernelInitializer: seeded(tf, seed) }).apply(x) as Symbolic;
    const [a, b, c] = [branch("selu", 31), branch("softplus", 32), branch("sigmoid", 33)];
    const product = tf.layers.multiply().apply([a, b]) as Symbolic;
    const joined = tf.layers.concatenate().apply([product, c]) as Symbolic;
    return tf.model({ inputs: input, outputs: through(joined, [classes(tf, 34)]) });
  },

  "dot product of branches": (tf) => {
    const [input, x] = functional(tf, [8, 8]);
    const query = tf.layers.dense({ units: 3, kernelInitializer: seeded(tf, 35) }).apply(x) as Symbolic;
    const key = tf.layers.dense({ units: 3, kernelInitializer: seeded(tf, 36) }).apply(x) as Symbolic;
    const products = tf.layers.dot({ axes: [2, 2] }).apply([query, key]) as Symbolic;
    return tf.model({ inputs: input, outputs: through(products, head(tf, 37)) });
  },

  "a shared layer": (tf) => {
    const [input, x] = functional(tf, [64]);
    const shared = tf.layers.dense({ units: 64, activation: "tanh", kernelInitializer: seeded(tf, 38) });
    return tf.model({ inputs: input, outputs: through(x, [shared, shared, classes(tf, 39)]) });
  },

  "a frozen layer": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [64]),
        tf.layers.dense({
          units: 6,
          activation: "relu",
          trainable: false,
          kernelInitializer: seeded(tf, 40),
        }),
        tf.layers.batchNormalization({ momentum: 0.9 }),
        classes(tf, 41),
      ],
    }),

  "permute, reshape and repeat": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [8, 8]),
        tf.layers.permute({ dims: [2, 1] }),
        tf.layers.reshape({ targetShape: [4, 16] }),
        tf.layers.dense({ units: 3, activation: "relu", kernelInitializer: seeded(tf, 42) }),
        tf.layers.flatten(),
        tf.layers.repeatVector({ n: 3 }),
        ...head(tf, 43),
      ],
    }),

  "a nested model with a layer of the same name": (tf) => {
    const [input, x] = functional(tf, [64]);
    const dense = (units: number, seed: number) =>
      tf.layers.dense({ name: "twin", units, activation: "tanh", kernelInitializer: seeded(tf, seed) });
    const inner = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [64] }), dense(64, 44)] });
    return tf.model({ inputs: input, outputs: through(x, [inner, dense(64, 45), classes(tf, 46)]) });
  },

  "recurrent layers": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [8, 8]),
        tf.layers.lstm({ ...seededUnits(tf, 5, 47), returnSequences: true }),
        tf.layers.bidirectional({
          layer: tf.layers.gru({ ...seededUnits(tf, 3, 49), returnSequences: true }) as never,
        }),
        tf.layers.timeDistributed({
          layer: tf.layers.dense({ units: 4, activation: "tanh", kernelInitializer: seeded(tf, 51) }),
        }),
        tf.layers.simpleRNN({ ...seededUnits(tf, 4, 52), goBackwards: true }),
        classes(tf, 54),
      ],
    }),

  "masked sequences of recurrent cells": (tf) =>
    tf.sequential({
      layers: [
        // Half of the numbers are zero, and masked.
        tf.layers.thresholdedReLU({ theta: 128, inputShape: [8, 8, 1] }),
        tf.layers.maxPooling2d({ poolSize: [1, 1], strides: [4, 2] }),
        tf.layers.reshape({ targetShape: [8] }),
        tf.layers.embedding({
          inputDim: 256,
          outputDim: 2,
          maskZero: true,
          embeddingsInitializer: seeded(tf, 55),
        }),
        tf.layers.rnn({
          cell: [tf.layers.lstmCell(seededUnits(tf, 3, 56)), tf.layers.gruCell(seededUnits(tf, 2, 58))],
        }),
        classes(tf, 60),
      ],
    }),

  "convolutions in a recurrent layer": (tf) =>
    tf.sequential({
      layers: [
        ...pixels(tf, [2, 4, 8, 1]),
        tf.layers.convLstm2d({
          filters: 2,
          kernelSize: 3,
          kernelInitializer: seeded(tf, 61),
          recurrentInitializer: seeded(tf, 62),
        }) as never,
        ...head(tf, 63),
      ],
    }),
};
