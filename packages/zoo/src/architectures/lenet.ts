import { type Architecture, glorotUniforms } from "../architecture.js";

/** LeNet-5 with ReLU and average pooling, 61,706 parameters (LeCun et al. 1998; see docs of study A). */
export const lenet: Architecture = {
  name: "lenet",
  title: "LeNet",
  inputShape: [28, 28, 1],
  sideBySide: true,
  build(tf, { seed, classes }) {
    const glorot = glorotUniforms(tf, seed);
    return tf.sequential({
      name: "lenet",
      layers: [
        tf.layers.rescaling({ name: "rescaling", scale: 1 / 255, inputShape: [...lenet.inputShape] }),
        tf.layers.conv2d({
          name: "conv1",
          filters: 6,
          kernelSize: 5,
          padding: "same",
          activation: "relu",
          kernelInitializer: glorot(),
        }),
        tf.layers.averagePooling2d({ name: "pool1", poolSize: 2 }),
        tf.layers.conv2d({
          name: "conv2",
          filters: 16,
          kernelSize: 5,
          activation: "relu",
          kernelInitializer: glorot(),
        }),
        tf.layers.averagePooling2d({ name: "pool2", poolSize: 2 }),
        tf.layers.flatten({ name: "flatten" }),
        tf.layers.dense({ name: "dense1", units: 120, activation: "relu", kernelInitializer: glorot() }),
        tf.layers.dense({ name: "dense2", units: 84, activation: "relu", kernelInitializer: glorot() }),
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
