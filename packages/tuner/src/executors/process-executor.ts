import { type ChildProcess, fork } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CongruentError,
  type ExitCode,
  type TrialFailure,
  type TrialJob,
  type TrialLog,
  type TrialOutcome,
  trialOutcomeSchema,
} from "@congruent/core";
import { checked } from "@congruent/core/files";
import type { Executor, RunOptions } from "./executor.js";
import { crashOf } from "./failure-of.js";

export interface ProcessExecutorOptions {
  /** The search's folder: jobs name their folders relative to it. */
  root: string;
  /** A module that calls `serveTrial`; the one that trains recipes unless given. */
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
const GRACE = 30_000;
/** Kept of what it prints, in characters. */
const KEPT = 4000;

/**
 * Runs each job in a process of its own: what a training leaves in memory ends with it, and a crash ends no other.
 *
 * A process that is asked to end (the search was interrupted) writes a checkpoint; one whose parent process has ended ends by itself.
 */
export function processExecutor(options: ProcessExecutorOptions): Executor {
  const { root, settings = {}, nodeOptions = [] } = options;
  const worker = options.worker ?? new URL("../workers/recipe.js", import.meta.url);
  const script = worker instanceof URL ? fileURLToPath(worker) : worker;
  return {
    run(job, run) {
      const request: WorkerRequest = { job, directory: resolve(root, job.directory), settings };
      const child = fork(script, [], {
        // NaN and Infinity survive.
        serialization: "advanced",
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        execArgv: [...nodeOptions],
        // The terminal's Ctrl-C is for the search, which asks its trials to end.
        detached: process.platform !== "win32",
      });
      return outcomeOf(child, request, run);
    },
  };
}

/** Processes that are to end with this one: they are detached. */
const running = new Set<ChildProcess>();

function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

function faultOf({ code, what, fix, exit }: TrialFailure & { exit: ExitCode }): CongruentError {
  return new CongruentError({ code, what, ...(fix !== null && { fix }), exit });
}

function outcomeOf(child: ChildProcess, request: WorkerRequest, run: RunOptions): Promise<TrialOutcome> {
  const { signal, onEpoch } = run;
  const began = performance.now();
  let printed = "";
  let outcome: TrialOutcome | undefined;
  let fault: CongruentError | undefined;
  let timer: NodeJS.Timeout | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (part: Buffer) => {
      printed = (printed + part.toString()).slice(-KEPT);
    });
  }
  child.on("message", (message: WorkerMessage) => {
    if ("log" in message) onEpoch?.(message.log);
    else if ("outcome" in message) outcome = message.outcome;
    else fault = faultOf(message.fault);
  });
  const kill = () => child.kill("SIGKILL");
  const stop = () => {
    child.kill("SIGTERM");
    timer = setTimeout(kill, GRACE);
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  running.add(child);
  if (running.size === 1) process.on("exit", killAll);
  return new Promise<TrialOutcome>((done, fail) => {
    const settle = (how: () => TrialOutcome) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      running.delete(child);
      if (running.size === 0) process.off("exit", killAll);
      try {
        done(how());
      } catch (error) {
        fail(error);
      }
    };
    child.once("error", (error) =>
      settle(() => {
        throw error;
      }),
    );
    // Both the process and its pipes have ended: all that it said has arrived.
    child.once("close", (code, ended) =>
      settle(() => {
        if (fault) throw fault;
        if (outcome) return outcomeIn(outcome);
        const error = crashOf({ code, signal: ended }, printed);
        return { status: "failed", error, seconds: (performance.now() - began) / 1000 };
      }),
    );
    child.send(request, (error) => {
      // If it has ended already, its exit is reported.
      if (!error || !child.connected) return;
      settle(() => {
        throw error;
      });
    });
  });
}

/** The logs may hold numbers that are not finite, which no schema accepts; the search deals with them. */
function outcomeIn(outcome: TrialOutcome): TrialOutcome {
  if (outcome.status === "completed") return outcome;
  return checked(outcome, trialOutcomeSchema, "the trial's outcome");
}
