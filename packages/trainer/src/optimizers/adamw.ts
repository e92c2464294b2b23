import type { OptimizerConfig } from "@congruent/core/schemas";
import { adam } from "./adam.js";
import type { UpdateRule } from "./optimizer.js";

/** Adam, with the weight decay that all optimizers have on by default (Loshchilov & Hutter 2019). */
export function adamw(config: Extract<OptimizerConfig, { name: "adamw" }>): UpdateRule {
  return adam(config);
}
