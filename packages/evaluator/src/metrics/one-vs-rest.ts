import type { ClassIndices } from "./check-labels.js";
import { type ClassScores, checkScores } from "./check-scores.js";

/** One class against all others, as the binary metrics take it. */
export interface OneVsRest {
  /** 1 for an example of the class, 0 for any other. */
  trueLabels: Uint8Array;
  /** The column of the class. */
  scores: Float64Array;
}

/**
 * Each class against the rest, in the order of the classes: scikit-learn's `label_binarize`.
 *
 * @throws CongruentError `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE`
 * @example
 * ```ts
 * const scores = tensor("float64", Float64Array.of(0.7, 0.3, 0.4, 0.6), [2, 2]);
 * const [, second] = oneVsRest([0, 1], scores);
 * second; // => { trueLabels: Uint8Array.of(0, 1), scores: Float64Array.of(0.3, 0.6) }
 * ```
 */
export function oneVsRest(trueLabels: ClassIndices, scores: ClassScores): OneVsRest[] {
  const classes = checkScores(trueLabels, scores);
  const samples = trueLabels.length;
  const all = Array.from({ length: classes }, () => ({
    trueLabels: new Uint8Array(samples),
    scores: new Float64Array(samples),
  }));
  for (let c = 0; c < classes; c++) {
    const own = all[c]!;
    for (let i = 0; i < samples; i++) {
      own.trueLabels[i] = trueLabels[i] === c ? 1 : 0;
      own.scores[i] = scores.data[i * classes + c]!;
    }
  }
  return all;
}
