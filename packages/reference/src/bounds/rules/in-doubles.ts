import { isBig } from "../../value.js";
import { unbounded } from "../errors.js";
import type { Rule } from "../rule.js";

/** A rule that counts in doubles, as sums do: of sums of 64-bit integers that have errors nothing is said. */
export function inDoubles(rule: Rule): Rule {
  return (given) => {
    const { outputs, errors } = given;
    if (outputs.some((y) => !y || !isBig(y.dtype)) || errors.every((each) => each === null))
      return rule(given);
    const why = "a sum of 64-bit integers that have errors";
    return outputs.map((y) => ({ passed: null, own: unbounded(y.data.length), why }));
  };
}
