import { type Architecture, glorotUniforms } from "../architecture.js";
import { chain, merge, type Symbolic } from "../symbolic.js";

/** Two residual blocks of 32 channels, 239,946 parameters, 256 of them moving statistics (study A; He et al. 2015). */
export const resnet: Architecture = {
  name: "resnet",
  title: "ResNet",
  inputShape: [28, 28, 1],
  build(tf, { seed, classes }) {
    const glorot = glorotUniforms(tf, seed);
    const conv = (name: string, activation: "relu" | "linear") =>
      tf.layers.conv2d({
        name,
        filters: 32,
        kernelSize: 3,
        padding: "same",
        activation,
        kernelInitializer: glorot(),
      });
    const normalization = (name: string) =>
      tf.layers.batchNormalization({ name, momentum: 0.99, epsilon: 1e-3 });
    const block = (name: string, input: Symbolic) => {
      const residual = chain(
        input,
        conv(`${name}_conv1`, "relu"),
        normalization(`${name}_norm1`),
        conv(`${name}_conv2`, "linear"),
        normalization(`${name}_norm2`),
      );
      const sum = merge(tf.layers.add({ name: `${name}_add` }), residual, input);
      return chain(sum, tf.layers.activation({ name: `${name}_relu`, activation: "relu" }));
    };
    const pool = (index: number) => tf.layers.maxPooling2d({ name: `pool${index}`, poolSize: 2 });

    const pixels = tf.input({ name: "pixels", shape: [...resnet.inputShape] });
    const stem = chain(
      pixels,
      tf.layers.rescaling({ name: "rescaling", scale: 1 / 255 }),
      conv("conv1", "relu"),
    );
    const first = chain(block("block1", stem), pool(1));
    const second = chain(block("block2", first), pool(2));
    const probabilities = chain(
      second,
      tf.layers.flatten({ name: "flatten" }),
      tf.layers.dense({ name: "dense1", units: 128, activation: "relu", kernelInitializer: glorot() }),
      tf.layers.dense({ name: "dense2", units: classes, activation: "softmax", kernelInitializer: glorot() }),
    );
    return tf.model({ name: "resnet", inputs: pixels, outputs: probabilities });
  },
};
