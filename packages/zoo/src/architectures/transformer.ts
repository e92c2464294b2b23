import { type Architecture, layerSeeds } from "../architecture.js";
import { layer } from "../layers/index.js";
import { chain, merge, type Symbolic } from "../symbolic.js";

const DEPTH = 64;
const ENCODERS = 4;

/** The image read as a sentence of 28 rows by four pre-norm encoders, 344,266 parameters (study A). */
export const transformer: Architecture = {
  name: "transformer",
  title: "Transformer",
  inputShape: [28, 28, 1],
  sideBySide: true,
  build(tf, { seed, classes }) {
    const next = layerSeeds(seed);
    const [rows, columns] = transformer.inputShape;
    const dense = (name: string, units: number, activation: "linear" | "relu" | "softmax" = "linear") =>
      tf.layers.dense({
        name,
        units,
        activation,
        kernelInitializer: tf.initializers.glorotUniform({ seed: next() }),
      });
    const normalization = (name: string) => layer(tf, "LayerNorm", { name, epsilon: 1e-6 });
    const encoder = (input: Symbolic, name: string): Symbolic => {
      const attended = chain(
        input,
        normalization(`${name}_norm1`),
        layer(tf, "MultiHeadAttention", {
          name: `${name}_attention`,
          numHeads: 4,
          keyDim: 64,
          seed: next(),
        }),
      );
      const middle = merge(tf.layers.add({ name: `${name}_add1` }), input, attended);
      const fed = chain(
        middle,
        normalization(`${name}_norm2`),
        dense(`${name}_dense1`, 128, "relu"),
        dense(`${name}_dense2`, DEPTH),
      );
      return merge(tf.layers.add({ name: `${name}_add2` }), middle, fed);
    };

    const pixels = tf.input({ name: "pixels", shape: [...transformer.inputShape] });
    const embedded = chain(
      pixels,
      tf.layers.rescaling({ name: "rescaling", scale: 1 / 255 }),
      tf.layers.reshape({ name: "rows", targetShape: [rows, columns] }),
      dense("embedding", DEPTH),
      layer(tf, "PositionalEncoding", { name: "positions" }),
    );
    const names = Array.from({ length: ENCODERS }, (_, i) => `encoder${i + 1}`);
    const probabilities = chain(
      names.reduce(encoder, embedded),
      tf.layers.globalAveragePooling1d({ name: "average" }),
      tf.layers.dropout({ name: "dropout", rate: 0.1 }),
      dense("dense1", 128, "relu"),
      dense("dense2", classes, "softmax"),
    );
    return tf.model({ name: "transformer", inputs: pixels, outputs: probabilities });
  },
};
