import { type Architecture, glorotUniforms } from "../architecture.js";

/** One hidden layer of 512, 407,050 parameters (study C). */
export const mlp512: Architecture = {
  name: "mlp512",
  title: "MLP 512",
  inputShape: [28, 28, 1],
  sideBySide: true,
  build(tf, { seed, classes }) {
    const glorot = glorotUniforms(tf, seed);
    return tf.sequential({
      name: "mlp512",
      layers: [
        tf.layers.rescaling({ name: "rescaling", scale: 1 / 255, inputShape: [...mlp512.inputShape] }),
        tf.layers.flatten({ name: "flatten" }),
        tf.layers.dense({ name: "dense1", units: 512, activation: "relu", kernelInitializer: glorot() }),
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
