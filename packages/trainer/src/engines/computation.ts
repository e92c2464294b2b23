import { availableThreads, canComputeWith, computingThreads } from "@congruent/toolchain";
import type { Kernels } from "../graph/own-kernels.js";
import type { Engine } from "./engine.js";
import { instructionSetOf, processorFlags } from "./processor-flags.js";

/** How a CPU computes a training step. All of it changes the order of sums, and so the last bits of the weights. */
export interface Computation {
  /** Parts of a batch that are computed side by side. */
  batchParts: number;
  /** Threads that an operator is computed with. */
  threads: number;
  /** Whose kernels compute convolutions and average pooling. */
  kernels: Kernels;
}

export interface ComputationOptions {
  /** Whether the network becomes faster: `sideBySide` of its architecture. */
  sideBySide: boolean;
  batchSize: number;
  engine: Engine["name"];
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
 * computationOf({ sideBySide: false, batchSize: 64, engine: "graph" }).batchParts; // => 1
 * computationOf({ sideBySide: true, batchSize: 32, engine: "graph" }).batchParts; // => 1
 * computationOf({ sideBySide: true, batchSize: 32, engine: "eager" }).kernels; // => "tensorflow"
 * ```
 */
export function computationOf(options: ComputationOptions): Computation {
  const { sideBySide, batchSize, engine, device = "cpu" } = options;
  const inGraph = engine === "graph" && device === "cpu";
  const kernels = inGraph ? kernelsOf(processorFlags()) : "tensorflow";
  const batchParts = availableThreads();
  const fits = batchParts > 1 && batchSize >= batchParts * LEAST_EXAMPLES;
  if (sideBySide && inGraph && fits && canComputeWith(1)) return { batchParts, threads: 1, kernels };
  return { batchParts: 1, threads: computingThreads(), kernels };
}

/**
 * The faster kernels for a processor: this project's where AVX2 is the widest instruction set. TensorFlow's library is at its best with AVX-512, and for
 * other processors nothing was measured. See docs/decisions/own-kernels.md.
 *
 * @param flags the processor's, as /proc/cpuinfo lists them
 * @example
 * ```ts
 * kernelsOf(["avx2", "fma"]); // => "own"
 * kernelsOf(["avx2", "fma", "avx512f"]); // => "tensorflow"
 * ```
 */
export function kernelsOf(flags: readonly string[]): Kernels {
  return instructionSetOf(flags) === "avx2" ? "own" : "tensorflow";
}

/** The computation that a checkpoint records, as far as TensorFlow can still be loaded so. Defaults are those of older checkpoints. */
export function computationAgain(
  noted: {
    [Key in keyof Computation]?: Computation[Key] | undefined;
  },
): Computation {
  const { batchParts = 1, threads = computingThreads(), kernels = "tensorflow" } = noted;
  return { batchParts, threads: canComputeWith(threads) ? threads : computingThreads(), kernels };
}
