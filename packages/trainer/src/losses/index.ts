import { Registry } from "@congruent/core";
import { binaryCrossentropy } from "./binary-crossentropy.js";
import { categoricalCrossentropy } from "./categorical-crossentropy.js";
import type { Loss } from "./loss.js";
import { meanAbsoluteError } from "./mean-absolute-error.js";
import { meanSquaredError } from "./mean-squared-error.js";
import { sparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.js";

/** Every loss by name. */
export const losses = {
  binaryCrossentropy,
  categoricalCrossentropy,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
};

export type LossName = keyof typeof losses;

const registry = new Registry<Loss>(
  {
    kind: "loss",
    code: "E_LOSS",
    fix: "correct the loss' name, or give a function (yTrue, yPred) => tensor",
  },
  losses,
);

/** @throws CongruentError `E_LOSS` when there is none of that name. */
export function lossNamed(name: string): Loss {
  return registry.get(name);
}
