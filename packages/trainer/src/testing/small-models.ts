import type { LayersModel, TensorFlow } from "../tensorflow.js";

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

  "batch normalisation with L2": (tf) =>
    tf.sequential({
      layers: [
        tf.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 1] }),
        // Without bias: before a normalisation its gradient is zero but for rounding, which Adam would enlarge.
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
};

function seeded(tf: TensorFlow, seed: number) {
  return tf.initializers.glorotUniform({ seed });
}
