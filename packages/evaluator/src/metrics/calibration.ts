import { CongruentError } from "@congruent/core";
import { checkCount } from "./check-labels.js";

/** Predictions of about the same confidence. */
export interface CalibrationBin {
  /** Confidences above this … */
  from: number;
  /** … up to and with this; the first bin has 0, too. */
  to: number;
  count: number;
  /** Mean of the confidences; null without predictions. */
  confidence: number | null;
  /** Share of right predictions; null without predictions. */
  accuracy: number | null;
}

export interface Calibration {
  /** Mean distance between confidence and accuracy, weighted by the bins' counts, 0..1. */
  error: number;
  bins: CalibrationBin[];
}

/** As many as the paper takes. */
const BINS = 15;

/**
 * How well confidences tell how often predictions are right: the bins of a reliability diagram, of equal width as in scikit-learn's
 * `calibration_curve`, and the expected calibration error.
 *
 * Source: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, On Calibration of Modern Neural Networks (2017).
 *
 * @param right 1 where the prediction is right, 0 where it is wrong
 * @param confidences probability of the predicted class, 0..1
 * @throws CongruentError `E_SCORE_COUNT`, `E_PROBABILITY`, `E_BINS`
 * @example
 * ```ts
 * calibration([1, 0, 1], [0.5, 0.5, 1], { bins: 2 });
 * // => {
 * //   error: 0,
 * //   bins: [
 * //     { from: 0, to: 0.5, count: 2, confidence: 0.5, accuracy: 0.5 },
 * //     { from: 0.5, to: 1, count: 1, confidence: 1, accuracy: 1 },
 * //   ],
 * // }
 * ```
 */
export function calibration(
  right: ArrayLike<number>,
  confidences: ArrayLike<number>,
  { bins = BINS }: { bins?: number } = {},
): Calibration {
  checkCount(right.length, confidences.length);
  if (!Number.isInteger(bins) || bins < 1)
    throw wrong("E_BINS", `the number of bins is ${bins}`, "at least 1");
  const edges = edgesOf(bins);
  const sums = edges.slice(1).map(() => ({ count: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < right.length; i++) {
    const confidence = confidences[i]!;
    if (!(confidence >= 0 && confidence <= 1)) {
      throw wrong("E_PROBABILITY", `the confidence of example ${i} is ${confidence}`, "a number from 0 to 1");
    }
    const sum = sums[binOf(confidence, edges)]!;
    sum.count++;
    sum.confidence += confidence;
    sum.right += right[i]!;
  }
  const off = sums.reduce((total, sum) => total + Math.abs(sum.right - sum.confidence), 0);
  return {
    error: off / right.length,
    bins: sums.map(({ count, ...sum }, i) => ({
      from: edges[i]!,
      to: edges[i + 1]!,
      count,
      confidence: count === 0 ? null : sum.confidence / count,
      accuracy: count === 0 ? null : sum.right / count,
    })),
  };
}

/** NumPy's `linspace(0, 1, bins + 1)`, whose products differ from quotients in the last bit: a confidence may lie on an edge. */
function edgesOf(bins: number): number[] {
  const step = 1 / bins;
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? 1 : i * step));
}

function binOf(confidence: number, edges: readonly number[]): number {
  const bins = edges.length - 1;
  let bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
  while (bin > 0 && confidence <= edges[bin]!) bin--;
  while (bin < bins - 1 && confidence > edges[bin + 1]!) bin++;
  return bin;
}

function wrong(code: string, what: string, expected: string): CongruentError {
  return new CongruentError({ code, what, expected, fix: "correct it" });
}
