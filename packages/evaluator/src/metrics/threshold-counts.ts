import { CongruentError } from "@congruent/core";
import { checkCount } from "./check-labels.js";

/** How many are found, rightly and wrongly, by each threshold. */
export interface ThresholdCounts {
  /** The distinct scores, the highest first. */
  thresholds: number[];
  /** Positives with a score of at least the threshold. */
  truePositives: number[];
  /** Negatives with a score of at least the threshold. */
  falsePositives: number[];
}

/**
 * What both curves are made of: scikit-learn's `confusion_matrix_at_thresholds`.
 *
 * @param truth 1 for a positive example, 0 for a negative one
 * @param scores finite; equal scores share one threshold
 * @throws CongruentError `E_SCORE_COUNT`, `E_SCORE_VALUE`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * thresholdCounts([1, 0, 1], [0.9, 0.5, 0.5]);
 * // => { thresholds: [0.9, 0.5], truePositives: [1, 2], falsePositives: [0, 1] }
 * ```
 */
export function thresholdCounts(truth: ArrayLike<number>, scores: ArrayLike<number>): ThresholdCounts {
  checkCount(truth.length, scores.length);
  const [positives, negatives] = divided(truth, scores);
  const counts: ThresholdCounts = { thresholds: [], truePositives: [], falsePositives: [] };
  // Both ascend: from their ends, the next lower of the two is the next threshold.
  let p = positives.length;
  let n = negatives.length;
  while (p > 0 || n > 0) {
    const threshold = Math.max(p > 0 ? positives[p - 1]! : -Infinity, n > 0 ? negatives[n - 1]! : -Infinity);
    while (p > 0 && positives[p - 1] === threshold) p--;
    while (n > 0 && negatives[n - 1] === threshold) n--;
    counts.thresholds.push(threshold);
    counts.truePositives.push(positives.length - p);
    counts.falsePositives.push(negatives.length - n);
  }
  return counts;
}

/** The scores of positives and negatives, sorted: without a comparison in JavaScript that is some ten times as fast. */
function divided(truth: ArrayLike<number>, scores: ArrayLike<number>): [Float64Array, Float64Array] {
  const positives = new Float64Array(truth.length);
  const negatives = new Float64Array(truth.length);
  let [p, n] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    const score = scores[i]!;
    if (!Number.isFinite(score)) throw wrongValue(`the score of example ${i} is ${score}`);
    if (truth[i] === 1) positives[p++] = score;
    else if (truth[i] === 0) negatives[n++] = score;
    else throw wrongTruth(i, truth[i]!);
  }
  return [positives.subarray(0, p).sort(), negatives.subarray(0, n).sort()];
}

function wrongValue(what: string): CongruentError {
  return new CongruentError({
    code: "E_SCORE_VALUE",
    what,
    expected: "finite numbers",
    fix: "look at what the model computes for this example",
  });
}

function wrongTruth(index: number, value: number): CongruentError {
  return new CongruentError({
    code: "E_LABEL_RANGE",
    what: `example ${index} is marked ${value}`,
    expected: "1 for a positive example, 0 for a negative one",
    fix: "compare the labels with one class at a time",
  });
}
