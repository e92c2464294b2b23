import { availableParallelism } from "node:os";
import { CongruentError } from "@congruent/core";
import { cpuQuota } from "./cpu-quota.js";

const VARIABLE = "TF_NUM_INTRAOP_THREADS";
let loadedWith: number | null = null;

/**
 * Threads that TensorFlow may compute with: what its own variable says, else as many as the process may run. Where a container or service has a
 * quota of the processors' time, no more whole processors than that: threads that wait for each other stand still together when it is used up.
 *
 * @param machine in place of this one's: cores that the process may run on, the quota in processors, the variable
 */
export function availableThreads(
  machine: { cores?: number; quota?: number | null; told?: string | undefined } = {},
): number {
  const { cores = availableParallelism(), quota = cpuQuota() } = machine;
  const told = Number("told" in machine ? machine.told : process.env[VARIABLE]);
  if (isCount(told)) return told;
  return Math.max(1, Math.min(cores, Math.floor(quota ?? cores)));
}

/** Threads that TensorFlow computes one operator with in this process; before it is loaded, what it would by itself. */
export function computingThreads(): number {
  return loadedWith ?? availableThreads();
}

/** Whether TensorFlow can still be loaded with so many threads for an operator, or has been: it takes one number for a process. */
export function canComputeWith(threads: number): boolean {
  return loadedWith === null || loadedWith === threads;
}

/**
 * Loads TensorFlow at once with this number of threads per operator: a later load finds it loaded. Child processes inherit the variable
 * as it was before.
 *
 * @throws CongruentError `E_THREADS` for a value that is not a number of threads
 */
export function withComputingThreads<T>(threads: number, load: () => T): T {
  if (!isCount(threads)) {
    throw new CongruentError({
      code: "E_THREADS",
      what: `TensorFlow was to compute with ${threads} threads`,
      expected: "a whole number of at least 1",
      fix: "correct it, or leave it out for as many as there are",
    });
  }
  if (loadedWith !== null) return load();
  const before = process.env[VARIABLE];
  process.env[VARIABLE] = String(threads);
  try {
    const loaded = load();
    loadedWith = threads;
    return loaded;
  } finally {
    if (before === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = before;
  }
}

/** What TensorFlow can read as a number of threads. */
function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < 2 ** 31;
}
