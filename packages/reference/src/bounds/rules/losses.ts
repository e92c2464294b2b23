/** Rules of the losses: what is picked by a label, weighted, and summed or averaged. */
import { changed, makeAttribute } from "@congruent/onnx";
import { Call } from "../../call.js";
import { runNode } from "../../interpret.js";
import { isFloat, type Value } from "../../value.js";
import { asValue, type Errors, magnitudes } from "../errors.js";
import type { OutputBound, Rule, RuleCall } from "../rule.js";
import { byPerturbation } from "./by-perturbation.js";
import { logSoftmax } from "./softmax.js";

/** The negative log-likelihood of magnitudes: linear in them, and of one sign. */
function likelihood({ call }: RuleCall, x: Value): Float64Array {
  const node = changed(call.node, { opType: "NegativeLogLikelihoodLoss", output: ["y"] });
  const [y] = runNode(node, [x, ...call.inputs.slice(1)], { "": call.opset }) as [Value];
  return (y.data as Float64Array).map(Math.abs);
}

function lossOf(rule: RuleCall, logarithms: Value, errors: Errors): OutputBound {
  const { call, rounding } = rule;
  // A sum of picked elements, that of their weights, and a quotient.
  const terms = call.string("reduction", "mean") === "none" ? 0 : call.input(1).data.length;
  const share = terms === 0 ? rounding.ulps(1) : rounding.of(terms + 4);
  const sizes = likelihood(rule, magnitudes(logarithms, errors));
  return {
    passed: errors && likelihood(rule, asValue(logarithms, errors)),
    own: sizes.map((size) => size * share + (size > 0 ? rounding.floor : 0)),
    why: `${terms + 4} roundings (picked elements, their weights, a quotient) of ${rounding.unit}, relative to the sum of magnitudes`,
  };
}

export const negativeLogLikelihood: Rule = (rule) => {
  if (rule.errors.slice(1).some((each) => each !== null)) return byPerturbation(rule);
  return [lossOf(rule, rule.call.input(0), rule.errors[0] ?? null)];
};

/** Logarithms of a softmax over the classes, the second axis, then the above. */
export const softmaxCrossEntropy: Rule = (rule) => {
  const { call, errors } = rule;
  const x = call.input(0);
  if (errors.slice(1).some((each) => each !== null) || !isFloat(x.dtype)) return byPerturbation(rule);
  const axis = makeAttribute("axis", 1n);
  const node = changed(call.node, { opType: "LogSoftmax", input: ["x"], output: ["y"], attribute: [axis] });
  const outputs = runNode(node, [x], { "": 13 });
  const alone = new Call(node, new Map([["axis", axis]]), 13, [x]);
  const [found] = logSoftmax({ ...rule, call: alone, outputs, errors: errors.slice(0, 1) }) as [OutputBound];
  const total = Float64Array.from(found.own as Float64Array, (each, i) => each + (found.passed?.[i] ?? 0));
  const loss = lossOf(rule, outputs[0] as Value, total);
  return [loss, found];
};
