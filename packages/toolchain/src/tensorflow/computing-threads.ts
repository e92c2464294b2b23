import { availableParallelism } from "node:os";

/** Threads that TensorFlow computes one operator with: what its own variable says, else as many as the process may run. */
export function computingThreads(): number {
  const told = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(told) && told > 0 ? told : availableParallelism();
}
