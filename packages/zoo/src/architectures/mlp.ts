import { type Architecture, glorotUniforms } from "../architecture.js";

/** Two hidden layers with L2 0.01 on their kernels and dropout 0.2, 109,386 parameters (study D). */
export const mlp: Architecture = {
  name: "mlp",
  title: "MLP",
  inputShape: [28, 28, 1],
  build(tf, { seed, classes }) {
    const glorot = glorotUniforms(tf, seed);
    const hidden = (index: number, units: number) => [
      tf.layers.dense({
        name: `dense${index}`,
        units,
        activation: "relu",
        kernelInitializer: glorot(),
        kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }),
      }),
      tf.layers.dropout({ name: `dropout${index}`, rate: 0.2 }),
    ];
    return tf.sequential({
      name: "mlp",
      layers: [
        tf.layers.rescaling({ name: "rescaling", scale: 1 / 255, inputShape: [...mlp.inputShape] }),
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
