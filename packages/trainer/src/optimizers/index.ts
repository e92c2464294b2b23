import type { OptimizerConfig } from "@congruent/core";
import { adam } from "./adam.js";
import type { Optimizer } from "./optimizer.js";

const optimizers: {
  [N in OptimizerConfig["name"]]: (config: Extract<OptimizerConfig, { name: N }>) => Optimizer;
} = {
  adam,
};

/** The update rule that a recipe describes. */
export function optimizerOf(config: OptimizerConfig): Optimizer {
  return optimizers[config.name](config);
}
