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

export interface ThresholdCountsOptions {
  /**
   * Only what shapes the curves: positives above every negative share one threshold, and so do negatives below every positive. Both
   * are straight lines of either curve, and nearly everything that a good model says; what is left is quickly sorted. Default: false.
   */
  outline?: boolean;
}

/**
 * What both curves are made of: scikit-learn's `confusion_matrix_at_thresholds`.
 *
 * @param trueLabels 1 for a positive example, 0 for a negative one
 * @param scores finite; equal scores share one threshold
 * @throws CongruentError `E_SCORE_COUNT`, `E_SCORE_VALUE`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * thresholdCounts([1, 0, 1], [0.9, 0.5, 0.5]);
 * // => { thresholds: [0.9, 0.5], truePositives: [1, 2], falsePositives: [0, 1] }
 * ```
 */
export function thresholdCounts(
  trueLabels: ArrayLike<number>,
  scores: ArrayLike<number>,
  { outline = false }: ThresholdCountsOptions = {},
): ThresholdCounts {
  checkCount(trueLabels.length, scores.length);
  const { highestNegative, lowestPositive } = checkedExtremes(trueLabels, scores);
  const [from, to] = outline ? [lowestPositive, highestNegative] : [-Infinity, Infinity];
  const [overlapping, above] = parted(trueLabels, scores, 1, (score) => score > to);
  const [others, below] = parted(trueLabels, scores, 0, (score) => score < from);
  const counts: ThresholdCounts = { thresholds: [], truePositives: [], falsePositives: [] };
  const add = (threshold: number, positives: number, negatives: number) => {
    counts.thresholds.push(threshold);
    counts.truePositives.push(positives);
    counts.falsePositives.push(negatives);
  };
  if (above.count > 0) add(above.lowest, above.count, 0);
  // Both ascend: from their ends, the next lower of the two is the next threshold.
  let p = overlapping.length;
  let n = others.length;
  while (p > 0 || n > 0) {
    const threshold = Math.max(p > 0 ? overlapping[p - 1]! : -Infinity, n > 0 ? others[n - 1]! : -Infinity);
    while (p > 0 && overlapping[p - 1] === threshold) p--;
    while (n > 0 && others[n - 1] === threshold) n--;
    add(threshold, above.count + overlapping.length - p, others.length - n);
  }
  if (below.count > 0) add(below.lowest, above.count + overlapping.length, others.length + below.count);
  return counts;
}

/** The highest negative and the lowest positive score, infinite where there are none. */
function checkedExtremes(
  trueLabels: ArrayLike<number>,
  scores: ArrayLike<number>,
): { highestNegative: number; lowestPositive: number } {
  let highestNegative = -Infinity;
  let lowestPositive = Infinity;
  for (let i = 0; i < trueLabels.length; i++) {
    const score = scores[i]!;
    if (!Number.isFinite(score)) throw wrongValue(`the score of example ${i} is ${score}`);
    if (trueLabels[i] === 1) lowestPositive = Math.min(lowestPositive, score);
    else if (trueLabels[i] === 0) highestNegative = Math.max(highestNegative, score);
    else throw wrongTruth(i, trueLabels[i]!);
  }
  return { highestNegative, lowestPositive };
}

/** The scores of one kind, sorted, without those that are apart: of them the number and the lowest. */
function parted(
  trueLabels: ArrayLike<number>,
  scores: ArrayLike<number>,
  kind: 0 | 1,
  isApart: (score: number) => boolean,
): [sorted: Float64Array, apart: { count: number; lowest: number }] {
  const kept = new Float64Array(trueLabels.length);
  const apart = { count: 0, lowest: Infinity };
  let count = 0;
  for (let i = 0; i < trueLabels.length; i++) {
    if (trueLabels[i] !== kind) continue;
    const score = scores[i]!;
    if (isApart(score)) {
      apart.count++;
      apart.lowest = Math.min(apart.lowest, score);
    } else kept[count++] = score;
  }
  // As a typed array's numbers, without a comparison in JavaScript: some ten times as fast.
  return [kept.subarray(0, count).sort(), apart];
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
