import type { Rule } from "../rule.js";
import { byPerturbation } from "./by-perturbation.js";

/**
 * The running error analysis of the branch that is taken. Where the condition itself has errors, both may be: then it is an estimate.
 *
 * Perturbation alone knows nothing of a branch that takes its weights from around it: they are exact, and moved all the same.
 */
export const branchTaken: Rule = (rule) => {
  const { call, errors, outputs, inner } = rule;
  const graph = call.attributes.get(call.input(0).data[0] === 1 ? "then_branch" : "else_branch")?.g;
  const found = errors[0] === null && graph ? inner(graph) : null;
  if (found === null) return byPerturbation(rule);
  const incoming = errors.some((each) => each !== null);
  return outputs.map((_, place) => {
    const { errors: all = null, why = null } = found[place] ?? {};
    const said = why ?? "the branch that is taken is exact";
    return incoming ? { passed: all, own: null, why: said } : { passed: null, own: all, why: said };
  });
};
