import { type Architecture, glorotUniforms } from "../architecture.js";

/** The regularized CNN of study B: batch normalization, dropout and L2 0.001; 1,870,026 parameters. */
export const regcnn: Architecture = {
  name: "regcnn",
  title: "Regularised CNN",
  inputShape: [28, 28, 1],
  build(tf, { seed, classes }) {
    const glorot = glorotUniforms(tf, seed);
    const normalization = (index: number) =>
      tf.layers.batchNormalization({ name: `norm${index}`, momentum: 0.99, epsilon: 1e-3 });
    const convolution = (index: number, filters: number) => [
      tf.layers.conv2d({
        name: `conv${index}`,
        filters,
        kernelSize: 3,
        padding: "same",
        activation: "relu",
        kernelInitializer: glorot(),
      }),
      normalization(index),
    ];
    const shrink = (index: number) => [
      tf.layers.maxPooling2d({ name: `pool${index}`, poolSize: 2 }),
      tf.layers.dropout({ name: `dropout${index}`, rate: 0.25 }),
    ];
    return tf.sequential({
      name: "regcnn",
      layers: [
        tf.layers.rescaling({ name: "rescaling", scale: 1 / 255, inputShape: [...regcnn.inputShape] }),
        ...convolution(1, 64),
        ...convolution(2, 64),
        ...shrink(1),
        ...convolution(3, 128),
        ...convolution(4, 128),
        ...shrink(2),
        tf.layers.flatten({ name: "flatten" }),
        tf.layers.dense({
          name: "dense1",
          units: 256,
          activation: "relu",
          kernelInitializer: glorot(),
          kernelRegularizer: tf.regularizers.l2({ l2: 0.001 }),
        }),
        normalization(5),
        tf.layers.dropout({ name: "dropout3", rate: 0.5 }),
        tf.layers.dense({
          name: "dense2",
          units: classes,
          activation: "softmax",
          kernelInitializer: glorot(),
        }),
      ],
    });
  },
};
