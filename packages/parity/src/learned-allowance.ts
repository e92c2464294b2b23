/** What the reference has learned of a model, as what it allows on other samples. */
import type { Ran, Rules } from "./cell-of.js";
import { type Learned, learnedOf, learnedTolerance } from "./learned-bounds.js";
import { type Allowance, allowanceOf } from "./pairs.js";

export type LearnedOutputs = ReadonlyMap<string, Learned>;

export function learnedBy({ result: { bounds } }: Ran, { tolerance }: Rules): LearnedOutputs {
  if (!bounds || tolerance) return new Map();
  return new Map(Object.entries(bounds).map(([name, bound]) => [name, learnedOf(bound)]));
}

/** On samples that the reference did not run. Outputs that its analysis leaves out, such as whole numbers, keep the file's rule. */
export function laterAllowance(learned: LearnedOutputs, samples: number, rules: Rules): Allowance {
  const own = allowanceOf(rules);
  return (name, dtype, scale) => {
    const known = learned.get(name);
    return known && known.unbounded < known.elements
      ? learnedTolerance(known, scale, samples)
      : own(name, dtype, scale);
  };
}
