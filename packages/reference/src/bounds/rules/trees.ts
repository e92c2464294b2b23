/** Ensembles of decision trees: which leaves a sample reaches is exact, the sum of what they give is rounded. */
import type { Call } from "../../call.js";
import { type Forest, flatForestOf, floatsOrTensor, forestOf, reach } from "../../forest.js";
import { sampleRows } from "../../scores.js";
import { isFloat, type Value } from "../../value.js";
import { numberAt } from "../errors.js";
import { type Rounding, roundingOf } from "../rounding.js";
import type { OutputBound, Rule, RuleCall } from "../rule.js";
import { byPerturbation } from "./by-perturbation.js";

/**
 * |y' − y| ≤ k · u · Σ|w| for the n leaves that give a target its terms and k = n + 3: n − 1 additions, in whatever order a runtime
 * makes them, one of the base value, and two of what is made of the sum (a mean's 1 / trees and its product; 1 − s).
 */
const BESIDES = 3;
const WHY = "leaves + 3";

/** Inputs without errors are compared with thresholds as they are; where there are errors, or a transform, sums are perturbed. */
function isPlainSum({ call, errors }: RuleCall): boolean {
  return errors.every((each) => each === null) && call.string("post_transform", "NONE") === "NONE";
}

/** Bounds of all sums, [samples, targets]. */
function sumErrors(
  call: Call,
  forest: Forest,
  { targets, rounding, base }: { targets: number; rounding: Rounding; base: readonly number[] },
): Float64Array {
  const samples = sampleRows(call);
  const errors = new Float64Array(samples.length * targets);
  samples.forEach((x, n) => {
    const terms = new Float64Array(targets);
    const sizes = Float64Array.from({ length: targets }, (_, k) => Math.abs(base[k] ?? 0));
    reach(forest, x, ({ target, weight }) => {
      terms[target] = (terms[target] as number) + 1;
      sizes[target] = (sizes[target] as number) + Math.abs(weight);
    });
    for (let k = 0; k < targets; k++) {
      errors[n * targets + k] =
        rounding.of((terms[k] as number) + BESIDES) * (sizes[k] as number) + rounding.floor;
    }
  });
  return errors;
}

/** The probabilities' or scores' bounds, and the label's: another one may be chosen where two sums are as near as their errors. */
const classifier: Rule = (rule) => {
  const { call, outputs } = rule;
  const [labels, scores] = outputs;
  if (!isPlainSum(rule) || !labels || !scores) return byPerturbation(rule);
  const rounding = roundingOf(scores.dtype, rule.rounding.model);
  const ids = new Set(call.ints("class_ids") ?? []);
  const targets = scores.dims.at(-1) ?? 1;
  const values = floatsOrTensor(call, "base_values");
  // Two classes whose leaves give one alone: s, and 1 − s or −s.
  const binary = targets === 2 && ids.size === 1;
  const base = binary ? [values.at(-1) ?? 0, values.at(-1) ?? 0] : values;
  const given = sumErrors(call, forestOf(call, "class"), { targets, rounding, base });
  const own = binary ? mirrored(given, [...ids][0] ?? 0, rounding) : given;
  const why = explained(rounding);
  return [
    { passed: null, own: labelErrors(call, labels, scores, own), why: `a decision between sums, ${why}` },
    { passed: null, own, why },
  ];
};

function mirrored(errors: Float64Array, only: number, rounding: Rounding): Float64Array {
  // 1 - s rounds relative to 1 at most.
  return errors.map((_, i) => (errors[i - (i % 2) + only] as number) + rounding.of(1));
}

function labelErrors(call: Call, labels: Value, scores: Value, errors: Float64Array): Float64Array {
  const ids = (call.bigInts("classlabels_int64s") ?? []).map(Number);
  const classes = scores.dims.at(-1) ?? 1;
  const score = (sample: number, k: number) => numberAt(scores.data, sample * classes + k);
  return Float64Array.from({ length: labels.data.length }, (_, sample) => {
    // Strings have no distance.
    if (ids.length === 0) return 0;
    const chosen = ids.indexOf(numberAt(labels.data, sample));
    const error = (k: number) => errors[sample * classes + k] as number;
    const distances = ids.map((id, k) => {
      const near = score(sample, chosen) - score(sample, k) <= error(chosen) + error(k);
      return near ? Math.abs(id - (ids[chosen] as number)) : 0;
    });
    return Math.max(...distances);
  });
}

/** Sums and means; the least and the largest of the leaves are exact but for the base. */
function regressor(forestOfCall: (call: Call) => Forest): Rule {
  return (rule) => {
    const { call, outputs } = rule;
    const [y] = outputs;
    if (!isPlainSum(rule) || call.int("post_transform", 0) !== 0 || !y || !isFloat(y.dtype)) {
      return byPerturbation(rule);
    }
    const base = floatsOrTensor(call, "base_values");
    const targets = y.dims.at(-1) ?? 1;
    const own = sumErrors(call, forestOfCall(call), { targets, rounding: rule.rounding, base });
    return [{ passed: null, own, why: explained(rule.rounding) }];
  };
}

function explained(rounding: Rounding): OutputBound["why"] {
  return `roundings (${WHY}) of ${rounding.unit}, relative to the sum of magnitudes`;
}

export const trees: Readonly<Record<string, Rule>> = {
  TreeEnsemble: regressor(flatForestOf),
  TreeEnsembleClassifier: classifier,
  TreeEnsembleRegressor: regressor((call) => forestOf(call, "target")),
};
