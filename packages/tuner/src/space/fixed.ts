import type { Hyperparameter } from "@congruent/core/schemas";
import type { Domain } from "./domain.js";
import { listedDomain } from "./finite-domain.js";

/** One value, which every trial has. */
export function fixed({ value }: Extract<Hyperparameter, { type: "fixed" }>): Domain {
  return listedDomain([value], value);
}
