import { type Architecture, glorotUniforms } from "../architecture.js";

/** The CNN that study E holds against classical models, 232,650 parameters. */
export const cnnSmall: Architecture = {
  name: "cnn-small",
  title: "Small CNN",
  inputShape: [28, 28, 1],
  sideBySide: true,
  build(tf, { seed, classes }) {
    const glorot = glorotUniforms(tf, seed);
    const convolution = (index: number, filters: number) => [
      tf.layers.conv2d({
        name: `conv${index}`,
        filters,
        kernelSize: 3,
        activation: "relu",
        kernelInitializer: glorot(),
      }),
      tf.layers.maxPooling2d({ name: `pool${index}`, poolSize: 2 }),
    ];
    const hidden = (index: number, units: number) => [
      tf.layers.dense({
        name: `dense${index}`,
        units,
        activation: "relu",
        kernelInitializer: glorot(),
      }),
      tf.layers.dropout({ name: `dropout${index}`, rate: 0.2 }),
    ];
    return tf.sequential({
      name: "cnn_small",
      layers: [
        tf.layers.rescaling({ name: "rescaling", scale: 1 / 255, inputShape: [...cnnSmall.inputShape] }),
        ...convolution(1, 32),
        ...convolution(2, 64),
        tf.layers.flatten({ name: "flatten" }),
        ...hidden(1, 128),
        ...hidden(2, 64),
        tf.layers.dense({
          name: "dense3",
          units: classes,
          activation: "softmax",
          kernelInitializer: glorot(),
        }),
      ],
    });
  },
};
