import type { Report } from "./engine.js";

/** Examples evaluated at a time: enough to keep the processor busy, few enough to fit into memory. */
const EVALUATION_BATCH = 1000;

/** Evaluates `count` examples in batches and returns the means over all of them, in double precision. */
export function evaluateInBatches(count: number, evaluate: (positions: Int32Array) => Report): Report {
  const sums: number[] = [];
  for (let begin = 0; begin < count; begin += EVALUATION_BATCH) {
    const size = Math.min(EVALUATION_BATCH, count - begin);
    evaluate(Int32Array.from({ length: size }, (_, i) => begin + i)).forEach((mean, i) => {
      sums[i] = (sums[i] ?? 0) + mean * size;
    });
  }
  return sums.map((sum) => sum / count);
}
