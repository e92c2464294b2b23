import { resolve } from "node:path";
import { CongruentError, type ExitCode } from "@congruent/core";
import { checked } from "@congruent/core/files";
import { Child, unanswered } from "@congruent/core/process";
import {
  type TrialFailure,
  type TrialJob,
  type TrialLog,
  type TrialOutcome,
  trialOutcomeSchema,
} from "@congruent/core/schemas";
import type { Executor, RunOptions } from "./executor.js";
import { crashOf } from "./failure-of.js";

export interface ProcessExecutorOptions {
  /** The search's folder: jobs name their folders relative to it. */
  root: string;
  /** A module that calls `serveTrial`. Default: the one that trains recipes. */
  worker?: string | URL;
  /** Passed to the worker with the job, as plain data. */
  settings?: Record<string, unknown>;
  /** Options for Node itself: `--max-old-space-size=4096`. */
  nodeOptions?: readonly string[];
}

/** What goes to a worker. */
export interface WorkerRequest {
  job: TrialJob;
  /** The job's folder, absolute. */
  directory: string;
  settings: Record<string, unknown>;
}

/** What comes from it. */
export type WorkerMessage =
  | { log: TrialLog }
  | { outcome: TrialOutcome }
  /** Nothing that the trial's values are to blame for. */
  | { fault: TrialFailure & { exit: ExitCode } };

/** How long a process has to end by itself after it was asked to, in milliseconds. */
const GRACE_MS = 30_000;

/**
 * Runs each job in a process of its own: what a training leaves in memory ends with it, and a crash ends no other.
 *
 * A process that is asked to end (the search was interrupted) writes a checkpoint; it ends with the search, also where that
 * is killed.
 */
export function processExecutor(options: ProcessExecutorOptions): Executor {
  const { root, settings = {}, nodeOptions = [] } = options;
  const script = options.worker ?? new URL("../workers/recipe.js", import.meta.url);
  return {
    run(job, run) {
      const request: WorkerRequest = { job, directory: resolve(root, job.directory), settings };
      return outcomeOf({ script, nodeOptions }, request, run);
    },
  };
}

function faultOf({ code, what, fix, exit }: TrialFailure & { exit: ExitCode }): CongruentError {
  return new CongruentError({ code, what, ...(fix !== null && { fix }), exit });
}

async function outcomeOf(
  worker: { script: string | URL; nodeOptions: readonly string[] },
  request: WorkerRequest,
  { signal, onEpoch }: RunOptions,
): Promise<TrialOutcome> {
  const began = performance.now();
  let outcome: TrialOutcome | undefined;
  let fault: CongruentError | undefined;
  const child = new Child({
    ...worker,
    messages: "ipc",
    onMessage(received) {
      const message = received as WorkerMessage;
      if ("log" in message) onEpoch?.(message.log);
      else if ("outcome" in message) outcome = message.outcome;
      else fault = faultOf(message.fault);
    },
    signal,
    graceMs: GRACE_MS,
    // The terminal's Ctrl-C is for the search, which asks its trials to end.
    interruption: "caller",
  });
  child.send(request);
  const ending = await child.ended;
  if (fault) throw fault;
  if (outcome) return outcomeIn(outcome);
  // No trial's values are to blame for it.
  if (ending.startError !== null) throw unanswered(ending);
  const error = crashOf({ code: ending.exitCode, signal: ending.signal }, ending.tail);
  return { status: "failed", error, seconds: (performance.now() - began) / 1000 };
}

/** The logs may hold numbers that are not finite, which no schema accepts; the search deals with them. */
function outcomeIn(outcome: TrialOutcome): TrialOutcome {
  if (outcome.status === "completed") return outcome;
  return checked(outcome, trialOutcomeSchema, "the trial's outcome");
}
