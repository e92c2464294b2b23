/**
 * Mean cross-entropy and number of correct decisions of unscaled logits, summed in double precision.
 *
 * @param logits float32 [n, classes], row-major
 * @param labels n labels, 0 to classes - 1
 * @example
 * ```ts
 * evaluateLogits(Float32Array.of(0, 0, 2, 0), Int32Array.of(1, 0)).correct; // => 1
 * ```
 */
export function evaluateLogits(
  logits: Float32Array,
  labels: ArrayLike<number>,
): { crossEntropy: number; correct: number } {
  const count = labels.length;
  const classes = logits.length / count;
  let [entropy, correct] = [0, 0];
  for (let i = 0; i < count; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const label = labels[i] as number;
    let best = 0;
    for (let k = 1; k < classes; k++) if ((row[k] as number) > (row[best] as number)) best = k;
    const top = row[best] as number;
    let sum = 0;
    for (const value of row) sum += Math.exp(value - top);
    entropy += Math.log(sum) + top - (row[label] as number);
    if (best === label) correct += 1;
  }
  return { crossEntropy: entropy / count, correct };
}
