import { type Architecture, glorotUniforms } from "../architecture.js";

/** Two convolutions and no pooling, 4,738,826 parameters (study C). */
export const cnnNopool: Architecture = {
  name: "cnn-nopool",
  title: "CNN without pooling",
  inputShape: [28, 28, 1],
  build(tf, { seed, classes }) {
    const glorot = glorotUniforms(tf, seed);
    const conv = (index: number, filters: number) =>
      tf.layers.conv2d({
        name: `conv${index}`,
        filters,
        kernelSize: 3,
        activation: "relu",
        kernelInitializer: glorot(),
      });
    return tf.sequential({
      name: "cnn_nopool",
      layers: [
        tf.layers.rescaling({ name: "rescaling", scale: 1 / 255, inputShape: [...cnnNopool.inputShape] }),
        conv(1, 32),
        conv(2, 64),
        tf.layers.flatten({ name: "flatten" }),
        tf.layers.dense({ name: "dense1", units: 128, activation: "relu", kernelInitializer: glorot() }),
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
