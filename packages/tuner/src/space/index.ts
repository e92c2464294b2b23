import type { Hyperparameter } from "@congruent/core/schemas";
import { boolean } from "./boolean.js";
import { choice } from "./choice.js";
import type { Domain } from "./domain.js";
import { fixed } from "./fixed.js";
import { float } from "./float.js";
import { int } from "./int.js";

type Domains = { [T in Hyperparameter["type"]]: (hp: Extract<Hyperparameter, { type: T }>) => Domain };

const domains: Domains = { int, float, choice, boolean, fixed };

/**
 * The values of a hyper-parameter.
 *
 * @throws CongruentError `E_SPACE_…` where there are none.
 *
 * @example
 * ```ts
 * const units = domainOf({ type: "int", name: "units", min: 32, max: 512, step: 32, sampling: "linear" });
 * units.size; // => 16
 * units.at(0.99); // => 512
 * ```
 */
export function domainOf(hp: Hyperparameter): Domain {
  // The table is by type: TypeScript cannot see that each function gets its own.
  return (domains[hp.type] as (hp: Hyperparameter) => Domain)(hp);
}
