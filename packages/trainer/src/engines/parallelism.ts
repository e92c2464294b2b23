import { availableThreads, canComputeWith, computingThreads } from "@congruent/toolchain";
import type { EngineName } from "./index.js";

/** How the cores of a CPU share a training step. Both numbers change the order of sums, and so the last bits of the weights. */
export interface Parallelism {
  /** Parts of a batch that are computed side by side. */
  batchParts: number;
  /** Threads that an operator is computed with. */
  threads: number;
}

export interface ParallelismOptions {
  /** Whether the network becomes faster: `sideBySide` of its architecture. */
  sideBySide: boolean;
  batchSize: number;
  engine: EngineName;
  /** Default: "cpu". */
  device?: "cpu" | "gpu";
}

/** With fewer examples in a part, an operator has too little work to be faster. */
const LEAST_EXAMPLES = 32;

/**
 * Chooses between two ways: one part of the batch for each core with one thread for an operator, or whole batches with all threads for
 * each operator. The first is chosen for networks with `sideBySide`, in the graph engine on a CPU, when the batch is large enough
 * for all cores, and when TensorFlow was not loaded in this process with another number of threads.
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

/** The parallelism that a checkpoint records, as far as TensorFlow can still be loaded so. Defaults are those of older checkpoints. */
export function parallelismAgain(noted: {
  batchParts?: number | undefined;
  threads?: number | undefined;
}): Parallelism {
  const { batchParts = 1, threads = computingThreads() } = noted;
  return { batchParts, threads: canComputeWith(threads) ? threads : computingThreads() };
}
