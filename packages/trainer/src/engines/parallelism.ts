import { availableThreads, canComputeWith, computingThreads } from "@congruent/toolchain";
import type { EngineName } from "./index.js";

/** How a CPU's cores share a training step. The sums' order, and with it the last bits of the weights, depend on both. */
export interface Parallelism {
  /** Parts of a batch that are computed side by side. */
  batchParts: number;
  /** Threads that an operator is computed with. */
  threads: number;
}

export interface ParallelismOptions {
  /** Whether the network gains by it: `sideBySide` of the zoo. */
  sideBySide: boolean;
  batchSize: number;
  engine: EngineName;
  /** Default: "cpu". */
  device?: "cpu" | "gpu";
}

/** Fewer examples than that leave an operator too little to do. */
const LEAST_EXAMPLES = 32;

/**
 * A part of the batch for each core and one thread for an operator, or whole batches and all threads for each operator. The
 * first is for networks that say so, in the captured graph on a CPU whose every core gets a part, and where
 * TensorFlow is not yet loaded for the other, which it keeps to.
 *
 * @example
 * ```ts
 * parallelismOf({ sideBySide: false, batchSize: 64, engine: "graph" }).batchParts; // => 1
 * parallelismOf({ sideBySide: true, batchSize: 32, engine: "graph" }).batchParts; // => 1
 * ```
 */
export function parallelismOf(options: ParallelismOptions): Parallelism {
  const { sideBySide, batchSize, engine, device = "cpu" } = options;
  const batchParts = availableThreads();
  const fits = batchParts > 1 && batchSize >= batchParts * LEAST_EXAMPLES;
  if (sideBySide && engine === "graph" && device === "cpu" && fits && canComputeWith(1)) {
    return { batchParts, threads: 1 };
  }
  return { batchParts: 1, threads: computingThreads() };
}

/** What a training was begun with, where TensorFlow can still compute so; what its checkpoint does not note is as it was then. */
export function parallelismAgain(noted: {
  batchParts?: number | undefined;
  threads?: number | undefined;
}): Parallelism {
  const { batchParts = 1, threads = computingThreads() } = noted;
  return { batchParts, threads: canComputeWith(threads) ? threads : computingThreads() };
}
