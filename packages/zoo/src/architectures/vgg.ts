import { type Architecture, glorotUniforms } from "../architecture.js";
import { layer } from "../layers/index.js";
import { chain, merge } from "../symbolic.js";

/** Two VGG blocks over the image enlarged to 32 × 32 × 3, 4,460,106 parameters (study A; Simonyan & Zisserman 2014). */
export const vgg: Architecture = {
  name: "vgg",
  title: "VGG",
  inputShape: [28, 28, 1],
  build(tf, { seed, classes }) {
    const glorot = glorotUniforms(tf, seed);
    const block = (index: number, filters: number) => [
      ...[1, 2].map((part) =>
        tf.layers.conv2d({
          name: `block${index}_conv${part}`,
          filters,
          kernelSize: 3,
          padding: "same",
          activation: "relu",
          kernelInitializer: glorot(),
        }),
      ),
      tf.layers.maxPooling2d({ name: `pool${index}`, poolSize: 2 }),
    ];

    const pixels = tf.input({ name: "pixels", shape: [...vgg.inputShape] });
    const gray = chain(
      pixels,
      tf.layers.rescaling({ name: "rescaling", scale: 1 / 255 }),
      layer(tf, "ResizeBilinear", { name: "resize", height: 32, width: 32 }),
    );
    const rgb = merge(tf.layers.concatenate({ name: "grey_to_rgb" }), gray, gray, gray);
    const probabilities = chain(
      rgb,
      ...block(1, 64),
      ...block(2, 128),
      tf.layers.flatten({ name: "flatten" }),
      tf.layers.dense({ name: "dense1", units: 512, activation: "relu", kernelInitializer: glorot() }),
      tf.layers.dropout({ name: "dropout", rate: 0.5 }),
      tf.layers.dense({ name: "dense2", units: classes, activation: "softmax", kernelInitializer: glorot() }),
    );
    return tf.model({ name: "vgg", inputs: pixels, outputs: probabilities });
  },
};
