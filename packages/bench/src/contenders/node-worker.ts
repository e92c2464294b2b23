import { fileURLToPath } from "node:url";
import type { WorkerCommand } from "../worker.js";

/** This trainer, in a process of its own like the others. */
export function nodeWorker(jobFile: string): WorkerCommand {
  const script = fileURLToPath(new URL("../workers/congruent.js", import.meta.url));
  return { command: process.execPath, args: [script, jobFile], env: { TF_CPP_MIN_LOG_LEVEL: "2" } };
}
