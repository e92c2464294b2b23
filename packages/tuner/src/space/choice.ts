import type { Hyperparameter, HyperparameterValue } from "@congruent/core/schemas";
import type { Domain } from "./domain.js";
import { listedDomain } from "./finite-domain.js";
import { spaceError } from "./space-error.js";

/** One of the values listed. */
export function choice({
  name,
  values,
  default: first,
}: Extract<Hyperparameter, { type: "choice" }>): Domain {
  if (values.length === 0) throw spaceError("EMPTY", `"${name}" has no values`, "at least one value");
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) {
    throw spaceError("DUPLICATE", `"${name}" lists ${JSON.stringify(twice)} twice`, "each value once");
  }
  return listedDomain(values, first ?? (values[0] as HyperparameterValue));
}
