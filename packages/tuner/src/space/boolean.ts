import type { Hyperparameter } from "@congruent/core/schemas";
import type { Domain } from "./domain.js";
import { listedDomain } from "./finite-domain.js";

export function boolean({ default: first }: Extract<Hyperparameter, { type: "boolean" }>): Domain {
  return listedDomain([false, true], first);
}
