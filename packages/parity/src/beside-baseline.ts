import type { Comparison } from "@congruent/runtime";
import type { Ran, Rules } from "./cell-of.js";
import type { Judgement } from "./decision.js";
import { type LearnedOutputs, laterAllowance } from "./learned-allowance.js";
import { type AgainstReference, commonRows, pairOf } from "./pairs.js";

/** A run beside the baseline, on all samples. On those that the reference judged, it decides what is within. */
export function besideBaseline(
  run: Ran,
  baseline: Ran,
  status: Judgement["status"],
  toReference: AgainstReference | null,
  learned: LearnedOutputs,
  rules: Rules,
): Comparison {
  if (baseline.runner.isReference && toReference) return toReference.comparison;
  const allowance = laterAllowance(learned, toReference?.samples ?? 0, rules);
  const [own, others] = commonRows(run, baseline, 0, rules);
  const { comparison } = pairOf(own, others, allowance, rules, rules.labels);
  const outputs = comparison.outputs.map((output) => {
    const judged = toReference?.comparison.outputs.find(({ name }) => name === output.name);
    if (status !== "pass") return { ...output, within: (judged?.within ?? true) && output.within };
    if (output.within) return output;
    return {
      ...output,
      within: true,
      why: `${output.why}; the reference decides, and finds more than that right`,
    };
  });
  const flips = toReference?.comparison.decisions ?? null;
  // A wrong baseline shows no flips for itself and for runtimes with the same fault. The comparison with the reference does.
  const decisions = flips && flips.flips > (comparison.decisions?.flips ?? 0) ? flips : comparison.decisions;
  return { ...comparison, outputs, decisions };
}
