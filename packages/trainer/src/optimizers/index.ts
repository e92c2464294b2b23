import type { OptimizerConfig } from "@congruent/core/schemas";
import { adam } from "./adam.js";
import { adamw } from "./adamw.js";
import type { UpdateRule } from "./optimizer.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

/** One update rule for each optimizer that a recipe can name. */
export const rules: {
  [N in OptimizerConfig["name"]]: (config: Extract<OptimizerConfig, { name: N }>) => UpdateRule;
} = { adam, adamw, rmsprop, sgd };
