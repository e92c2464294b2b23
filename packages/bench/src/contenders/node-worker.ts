import { threads } from "../machine.js";
import type { WorkerCommand } from "../worker.js";

/** This trainer, in a process of its own like the others, and with as many threads. */
export function nodeWorker(jobFile: string, script = "congruent.js"): WorkerCommand {
  // TensorFlow reads it when it is loaded, before it reads the job.
  const env = { TF_CPP_MIN_LOG_LEVEL: "2", TF_NUM_INTRAOP_THREADS: String(threads) };
  return { script: new URL(`../workers/${script}`, import.meta.url), args: [jobFile], env };
}
