import type { OptimizerConfig } from "@congruent/core";
import { adam } from "./adam.js";
import type { Optimizer } from "./optimizer.js";

const optimizers: {
  [N in OptimizerConfig["name"]]: (config: Extract<OptimizerConfig, { name: N }>) => Optimizer;
} = {
  adam,
};

/**
 * The update rule that a recipe describes.
 *
 * @example
 * ```ts
 * optimizerOf({ name: "adam", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }).slots; // => ["m", "v"]
 * ```
 */
export function optimizerOf(config: OptimizerConfig): Optimizer {
  return optimizers[config.name](config);
}
