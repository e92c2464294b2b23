import type { TrialLog } from "@congruent/core/schemas";
import { failureOf, isFault } from "../executors/failure-of.js";
import type { WorkerMessage, WorkerRequest } from "../executors/process-executor.js";

/** What a worker's training may use. */
export interface TrialContext extends WorkerRequest {
  /** Aborted when the search is interrupted: end soon, and keep what was done. */
  signal: AbortSignal;
  /** Tells the search how an epoch ended. */
  onEpoch(log: TrialLog): void;
}

/**
 * A worker of `processExecutor`: takes the one job that this process was started for, runs it, tells what came of it,
 * and ends the process.
 *
 * @param train returns the epochs' logs; what it throws fails the trial, or ends the search where it is a fault of the machine
 */
export function serveTrial(train: (context: TrialContext) => Promise<readonly TrialLog[]>): void {
  const controller = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => controller.abort(signal));
  }
  // The search has ended: nothing would read the outcome, and a resumed search needs the folder.
  process.once("disconnect", () => process.exit(1));
  process.once("message", (request: WorkerRequest) => void serve(train, request, controller.signal));
}

async function serve(
  train: Parameters<typeof serveTrial>[0],
  request: WorkerRequest,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  const onEpoch = (log: TrialLog) => void process.send?.({ log } satisfies WorkerMessage);
  let message: WorkerMessage;
  try {
    const logs = await train({ ...request, signal, onEpoch });
    message = { outcome: { status: "completed", logs: [...logs], seconds: secondsSince(began) } };
  } catch (error) {
    message = isFault(error)
      ? { fault: { ...failureOf(error), exit: error.exit } }
      : { outcome: { status: "failed", error: failureOf(error), seconds: secondsSince(began) } };
  }
  process.send?.(message, () => process.exit(0));
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
