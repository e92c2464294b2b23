import { recipeSchema } from "@congruent/core/schemas";
import type { Dataset, Split } from "@congruent/datasets";
import { type Architecture, registerArchitecture } from "@congruent/zoo";
import { mersenne } from "pure-rand/generator/mersenne";

/** 8x8 images of stripes in four directions under noise, which a small network first learns and then overfits. */
export function striped(train: number): Dataset {
  const generator = mersenne(3);
  const next = (below: number) => (generator.next() >>> 0) % below;
  const split = (n: number): Split => {
    const data = new Uint8Array(n * 64);
    const labels = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      const label = next(4);
      // One label in four is drawn again: what is learnt of these spoils the validation loss.
      labels[i] = next(4) === 0 ? next(4) : label;
      for (let y = 0; y < 8; y++) {
        for (let x = 0; x < 8; x++) {
          const across = [x, y, x + y, x - y + 8][label] as number;
          data[i * 64 + y * 8 + x] = (across % 4 < 2 ? 150 : 0) + next(106);
        }
      }
    }
    return { images: { data, dims: [n, 8, 8, 1], dtype: "uint8" }, labels };
  };
  return {
    name: "striped",
    title: "Stripes",
    labels: ["up", "across", "falling", "rising"],
    height: 8,
    width: 8,
    channels: 1,
    foreground: "any",
    license: "CC0-1.0",
    sha256: { striped: String(train) },
    train: split(train),
    test: split(40),
  };
}

/** Everything that must survive an interruption: moving statistics, masks, regularization. */
const delicate: Architecture = {
  name: "delicate",
  title: "Batch normalization and dropout",
  inputShape: [8, 8, 1],
  build: (tf, { seed, classes }) =>
    tf.sequential({
      layers: [
        tf.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 1] }),
        tf.layers.conv2d({
          filters: 4,
          kernelSize: 3,
          kernelInitializer: tf.initializers.glorotUniform({ seed: seed + 1 }),
        }),
        tf.layers.batchNormalization({ momentum: 0.9 }),
        tf.layers.activation({ activation: "relu" }),
        tf.layers.flatten(),
        tf.layers.dropout({ rate: 0.3 }),
        tf.layers.dense({
          units: classes,
          activation: "softmax",
          kernelInitializer: tf.initializers.glorotUniform({ seed: seed + 2 }),
          kernelRegularizer: tf.regularizers.l2({ l2: 1e-3 }),
        }),
      ],
    }),
};
registerArchitecture(delicate);

/** With every state there is: slots, averages, callbacks that wait, the best weights. */
export const delicateRecipe = recipeSchema.parse({
  schema: "congruent/recipe@1",
  name: "delicate",
  description: "all that must survive an interruption",
  dataset: "striped",
  architecture: "delicate",
  optimizer: { name: "adamw", learningRate: 0.01, globalClipnorm: 1, ema: { momentum: 0.95 } },
  callbacks: [
    { name: "earlyStopping", monitor: "val_loss", patience: 8, restoreBestWeights: true },
    { name: "reduceLROnPlateau", monitor: "val_loss", factor: 0.5, patience: 3, cooldown: 1 },
  ],
  batchSize: 48,
  epochs: 60,
  validationSplit: 0.2,
  seed: 5,
});
