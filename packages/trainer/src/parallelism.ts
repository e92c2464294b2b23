import { availableThreads, canComputeWith, computingThreads } from "@congruent/toolchain";

/** How a CPU's cores share a training step. The sums' order, and with it the last bits of the weights, depend on both. */
export interface Parallelism {
  /** Parts of a batch that are computed side by side. */
  batchParts: number;
  /** Threads that an operator is computed with. */
  threads: number;
}

/** Fewer examples than that leave an operator too little to do. */
const LEAST_EXAMPLES = 32;

/**
 * Parts of a batch side by side, the cores divided among them, or each operator on all cores: the one for networks that
 * say so (`sideBySide` of the zoo), if TensorFlow is not yet loaded for the other, which it keeps to.
 *
 * @example
 * ```ts
 * parallelismOf({ sideBySide: false, batchSize: 64 }).batchParts; // => 1
 * parallelismOf({ sideBySide: true, batchSize: 32 }).batchParts; // => 1
 * ```
 */
export function parallelismOf(options: { sideBySide: boolean; batchSize: number }): Parallelism {
  const { sideBySide, batchSize } = options;
  const available = availableThreads();
  const batchParts = Math.min(available, Math.floor(batchSize / LEAST_EXAMPLES));
  const threads = Math.floor(available / batchParts);
  if (sideBySide && batchParts > 1 && canComputeWith(threads)) return { batchParts, threads };
  return { batchParts: 1, threads: computingThreads() };
}
