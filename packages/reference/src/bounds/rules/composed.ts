import { type Composition, compose } from "../../composed/composer.js";
import { unbounded } from "../errors.js";
import type { OutputBound, Rule } from "../rule.js";

/** The running error analysis of the operators that one is composed of. */
export function composed(composition: Composition): Rule {
  return ({ call, errors, outputs, nested }) => {
    const made = compose(composition, call);
    const why = `the error analysis of what ${call.node.opType} is made of`;
    // An operand whose value decides (a mask, a length) has no name in the graph.
    const named = new Set(made.from);
    const lost = errors.some((each, position) => each !== null && !named.has(position));
    const incoming = errors.some((each) => each !== null);
    const found = nested(
      made,
      made.from.map((position) => (position === null ? null : (errors[position] ?? null))),
    );
    return outputs.map((y, place): OutputBound => {
      if (y === undefined) return { passed: null, own: null, why };
      const all = lost ? unbounded(y.data.length) : (found[place] ?? null);
      return incoming ? { passed: all, own: null, why } : { passed: null, own: all, why };
    });
  };
}
