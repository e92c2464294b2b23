import { CongruentError, type Tensor } from "@congruent/core";
import { type ClassIndices, checkCount, checkRange } from "./check-labels.js";

/** A number for each class of each example, [samples, classes]: probabilities, logits or scores. */
export type ClassScores = Tensor<"float32" | "float64">;

/** The distance between 1 and the next number, as NumPy's finfo has it. */
export const EPSILON = { float32: 2 ** -23, float64: Number.EPSILON } as const;

/**
 * Checks scores and true labels.
 *
 * @returns the number of classes
 * @throws CongruentError `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE` for a number that is not finite
 */
export function checkScores(trueLabels: ClassIndices, scores: ClassScores): number {
  const [samples = 0, classes = 0] = scores.dims;
  if (scores.dims.length !== 2 || classes === 0) {
    throw new CongruentError({
      code: "E_SCORE_SHAPE",
      what: `the scores have the shape [${scores.dims.join(", ")}]`,
      expected: "[samples, classes]",
      fix: "give a row for each example and a column for each class",
    });
  }
  checkCount(trueLabels.length, samples);
  checkRange(trueLabels, "true label", classes);
  const problem = scoresProblem(scores);
  if (problem === null) return classes;
  throw new CongruentError({
    code: "E_SCORE_VALUE",
    what: problem,
    expected: "finite numbers",
    fix: "look at what the model computes for this example",
  });
}

/**
 * As {@link checkScores}, and that they are probabilities.
 *
 * @throws CongruentError as `checkScores`, and `E_PROBABILITY`
 */
export function checkProbabilities(trueLabels: ClassIndices, probabilities: ClassScores): number {
  const classes = checkScores(trueLabels, probabilities);
  const problem = probabilitiesProblem(probabilities);
  if (problem === null) return classes;
  throw new CongruentError({
    code: "E_PROBABILITY",
    what: problem,
    expected: "numbers from 0 to 1 that sum to 1 for each example, of two classes or more",
    fix: "give the output of a softmax; logits and scores can be ranked (ROC, top-k), not weighed",
  });
}

/** Why numbers cannot be ranked, without a full stop; null where they can. */
export function scoresProblem({ data, dims }: ClassScores): string | null {
  const classes = dims[1] ?? 1;
  // Only a finite number minus itself is 0. One sum is several times as fast as a test of each number.
  let rest = 0;
  for (let i = 0; i < data.length; i++) rest += data[i]! - data[i]!;
  if (rest === 0) return null;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) return `a score of example ${Math.floor(i / classes)} is ${data[i]}`;
  }
  return null;
}

/**
 * Why numbers are no probabilities, without a full stop; null where they are. Rows may sum to as much more or less than 1 as
 * scikit-learn takes without a warning: the square root of the type's epsilon.
 */
export function probabilitiesProblem({ data, dims, dtype }: ClassScores): string | null {
  const [samples = 0, classes = 0] = dims;
  if (classes < 2) return "there is one class alone, of which every probability is 1";
  const tolerance = Math.sqrt(EPSILON[dtype]) + 1e-8;
  for (let i = 0; i < samples; i++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const value = data[i * classes + c]!;
      if (!(value >= 0 && value <= 1)) return `a probability of example ${i} is ${value}`;
      sum += value;
    }
    if (Math.abs(sum - 1) > tolerance) return `the probabilities of example ${i} sum to ${sum}`;
  }
  return null;
}
