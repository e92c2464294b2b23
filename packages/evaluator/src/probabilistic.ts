import type { Probabilistic } from "@congruent/core/schemas";
import { brierScore } from "./metrics/brier-score.js";
import { calibration } from "./metrics/calibration.js";
import { type ClassIndices, checkLabels } from "./metrics/check-labels.js";
import { type ClassScores, checkProbabilities } from "./metrics/check-scores.js";
import { logLoss } from "./metrics/log-loss.js";

/** How many of the worst examples are kept. */
const WORST = 25;
const LIKELIEST = 3;

/**
 * Log loss, Brier score, calibration and the examples that the model was most wrong about.
 *
 * @param predicted the model's own labels, whose probabilities are its confidences
 * @param probabilities [samples, classes]
 * @throws CongruentError `E_PROBABILITY`, `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE`
 * @example
 * ```ts
 * const probabilities = tensor("float64", Float64Array.of(0.75, 0.25, 0.75, 0.25), [2, 2]);
 * const { brier, worst } = probabilistic([0, 1], [0, 0], probabilities);
 * brier; // => 0.3125
 * worst[0].index; // => 1
 * ```
 */
export function probabilistic(
  trueLabels: ClassIndices,
  predicted: ClassIndices,
  probabilities: ClassScores,
): Probabilistic {
  const classes = checkProbabilities(trueLabels, probabilities);
  checkLabels(trueLabels, predicted, classes);
  const of = (example: number, index: number) => probabilities.data[example * classes + index]!;
  const samples = trueLabels.length;
  const right = new Uint8Array(samples);
  const confidences = new Float64Array(samples);
  const own = new Float64Array(samples);
  for (let i = 0; i < samples; i++) {
    right[i] = trueLabels[i] === predicted[i] ? 1 : 0;
    confidences[i] = of(i, predicted[i]!);
    own[i] = of(i, trueLabels[i]!);
  }
  const { error, bins } = calibration(right, confidences);
  return {
    logLoss: logLoss(trueLabels, probabilities),
    brier: brierScore(trueLabels, probabilities),
    calibrationError: error,
    calibration: bins,
    worst: leastOf(own, WORST).map(({ index, probability }) => ({
      index,
      label: trueLabels[index]!,
      predicted: predicted[index]!,
      probability,
      likeliest: Array.from({ length: classes }, (_, c) => ({ class: c, probability: of(index, c) }))
        .sort((a, b) => b.probability - a.probability || a.class - b.class)
        .slice(0, LIKELIEST),
    })),
  };
}

/** Index and value of the smallest numbers, the smallest first: to sort all with their indices takes ten times as long. */
function leastOf(values: Float64Array, count: number): { index: number; probability: number }[] {
  const limit = values.slice().sort()[Math.min(count, values.length) - 1] ?? 0;
  const found: { index: number; probability: number }[] = [];
  for (let index = 0; index < values.length; index++) {
    const probability = values[index]!;
    if (probability <= limit) found.push({ index, probability });
  }
  return found.sort((a, b) => a.probability - b.probability || a.index - b.index).slice(0, count);
}
