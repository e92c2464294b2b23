import { calibration } from "./calibration.js";
import { type ClassIndices, checkLabels } from "./check-labels.js";
import { type ClassScores, checkProbabilities } from "./check-scores.js";

/**
 * The expected calibration error of the predicted class's probability, 0..1: what {@link calibration} finds with its usual bins.
 *
 * @param predicted the model's own labels, whose probabilities are its confidences
 * @param probabilities [samples, classes]
 * @throws CongruentError `E_PROBABILITY`, `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE`
 * @example
 * ```ts
 * const probabilities = tensor("float64", Float64Array.of(0.75, 0.25, 0.75, 0.25), [2, 2]);
 * calibrationError([0, 1], [0, 0], probabilities); // => 0.25
 * ```
 */
export function calibrationError(
  trueLabels: ClassIndices,
  predicted: ClassIndices,
  probabilities: ClassScores,
): number {
  const classes = checkProbabilities(trueLabels, probabilities);
  checkLabels(trueLabels, predicted, classes);
  const right = Uint8Array.from(trueLabels, (own, i) => (own === predicted[i] ? 1 : 0));
  const confidences = Float64Array.from(predicted, (own, i) => probabilities.data[i * classes + own]!);
  return calibration(right, confidences).error;
}
