import type { Ran, Rules } from "./cell-of.js";
import type { Judgement } from "./decision.js";
import { judgeOne } from "./judge-by-reference.js";
import { allowanceOf, commonRows, pairOf } from "./pairs.js";

/**
 * One more run, judged after all others: by the reference where it computed, else beside the baseline, which is right by the majority.
 *
 * @throws CongruentError where the run cannot be compared
 */
export function judgeAgain(run: Ran, reference: Ran | null, baseline: Ran, rules: Rules): Judgement {
  if (reference) return judgeOne(run, reference, baseline, rules);
  const [own, others] = commonRows(run, baseline, 0, rules);
  const { relation, comparison } = pairOf(own, others, allowanceOf(rules), rules, rules.labels);
  const status = STATUSES[relation];
  const reason = status === "pass" ? null : comparison.reason;
  return { run, status, reason, compared: comparison, toReference: null };
}

const STATUSES = { agree: "pass", differ: "fail", unknown: "inconclusive" } as const;
