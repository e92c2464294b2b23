/**
 * The sizes of the batches that an epoch consists of.
 *
 * @example
 * ```ts
 * batchSizes(100, 64); // => [64, 36]
 * batchSizes(128, 64); // => [64]
 * ```
 */
export function batchSizes(examples: number, batchSize: number): number[] {
  const last = examples % batchSize;
  return [Math.min(batchSize, examples), ...(last > 0 && examples > batchSize ? [last] : [])];
}
