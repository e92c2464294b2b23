import { CongruentError } from "@congruent/core";

/** Class indices, one per example: a Uint8Array, an Int32Array or a plain array. */
export type ClassIndices = ArrayLike<number>;

/** @throws CongruentError `E_SCORE_COUNT` for different or no lengths, `E_LABEL_RANGE` for an index that names no class */
export function checkLabels(trueLabels: ClassIndices, predicted: ClassIndices, classes: number): void {
  checkCount(trueLabels.length, predicted.length);
  checkRange(trueLabels, "true label", classes);
  checkRange(predicted, "predicted label", classes);
}

/** @throws CongruentError `E_SCORE_COUNT` */
export function checkCount(examples: number, predictions: number): void {
  if (examples === predictions && examples > 0) return;
  throw new CongruentError({
    code: "E_SCORE_COUNT",
    what: `${predictions} predictions were given for ${examples} examples`,
    expected: "as many of both, and at least one",
    fix: "predict every example of the split",
  });
}

/** @throws CongruentError `E_LABEL_RANGE` */
export function checkRange(indices: ClassIndices, kind: string, classes: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (Number.isInteger(index) && index >= 0 && index < classes) continue;
    throw new CongruentError({
      code: "E_LABEL_RANGE",
      what: `the ${kind} of example ${i} is ${index}`,
      expected: `a class index from 0 to ${classes - 1}`,
      fix: "check that the model and the data set have the same classes",
    });
  }
}
