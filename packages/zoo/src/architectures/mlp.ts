import { strictObject } from "@congruent/core/schemas";
import { z } from "zod";
import { type Architecture, glorotUniforms } from "../architecture.js";

/** What a recipe may say of the network; the defaults are study D's, before tuning. */
const parameters = strictObject({
  /** The hidden layers in their order. */
  hidden: z
    .array(
      strictObject({
        units: z.int().positive(),
        /** Share of its outputs that is dropped while training; 0: no such layer. */
        dropout: z.number().min(0).lt(1).default(0.2),
        /** Factor of the kernel's squares in the loss; 0: none. */
        l2: z.number().min(0).default(0.01),
      }),
    )
    .min(1)
    .prefault([{ units: 128 }, { units: 64 }]),
});

/**
 * Hidden layers with L2 on their kernels, each followed by dropout. Default: two of 128 and 64 units with L2 0.01 and dropout
 * 0.2: 109,386 parameters (study D).
 */
export const mlp: Architecture = {
  name: "mlp",
  title: "MLP",
  inputShape: [28, 28, 1],
  sideBySide: true,
  parameters,
  build(tf, { seed, classes, parameters: given = {} }) {
    const { hidden } = parameters.parse(given);
    const glorot = glorotUniforms(tf, seed);
    const layers = hidden.flatMap(({ units, dropout, l2 }, i) => [
      tf.layers.dense({
        name: `dense${i + 1}`,
        units,
        activation: "relu",
        kernelInitializer: glorot(),
        ...(l2 > 0 && { kernelRegularizer: tf.regularizers.l2({ l2 }) }),
      }),
      ...(dropout > 0 ? [tf.layers.dropout({ name: `dropout${i + 1}`, rate: dropout })] : []),
    ]);
    return tf.sequential({
      name: "mlp",
      layers: [
        tf.layers.rescaling({ name: "rescaling", scale: 1 / 255, inputShape: [...mlp.inputShape] }),
        tf.layers.flatten({ name: "flatten" }),
        ...layers,
        tf.layers.dense({
          name: `dense${hidden.length + 1}`,
          units: classes,
          activation: "softmax",
          kernelInitializer: glorot(),
        }),
      ],
    });
  },
};
