import { setMaxListeners } from "node:events";
import { CongruentError, interruptionExit } from "@congruent/core";
import type { Trial, TrialFailure, TrialJob, TrialLog, TrialOutcome } from "@congruent/core/schemas";
import type { Executor } from "./executors/executor.js";
import { failureOf } from "./executors/failure-of.js";
import { nextJob, type PlannedJob } from "./next-job.js";
import { ranked } from "./samplers/ranked.js";
import type { SearchState } from "./search-state.js";
import { executionRecord, finishedRecord } from "./settle.js";
import { applyRecord } from "./trials.js";

/** Told what happens in a search; every method may be async and is awaited. */
export interface SearchCallback {
  /** A job is about to be run. */
  onExecutionBegin?(job: TrialJob): void | Promise<void>;
  onEpochEnd?(job: TrialJob, log: TrialLog): void;
  onExecutionEnd?(job: TrialJob, outcome: TrialOutcome): void | Promise<void>;
  /** @param best the best trial so far; null while none is completed */
  onTrialEnd?(trial: Trial, best: Trial | null): void | Promise<void>;
}

export interface SearchRunOptions {
  executor: Executor;
  /** Jobs at once. */
  parallel?: number;
  callbacks?: readonly SearchCallback[];
  /** Once aborted, the jobs that run are asked to end and the search ends with `E_INTERRUPTED`. */
  signal?: AbortSignal;
}

/** Runs a search's trials until there are no more; see `Search.run`. */
export async function runTrials(state: SearchState, options: SearchRunOptions): Promise<void> {
  const { executor, parallel = 1, callbacks = [], signal } = options;
  const stop = new AbortController();
  const signals = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  // One listener for each job that runs.
  setMaxListeners(0, signals);
  const active = new Map<PlannedJob, Promise<void>>();
  /** The first thing that ends the search before its time. */
  let failure: { thrown: unknown } | null = null;
  let failedInARow = 0;

  // What runs is asked to end and waited for: nothing outlives the search.
  const fail = (thrown: unknown): null => {
    failure ??= { thrown };
    stop.abort();
    return null;
  };

  const run = async (planned: PlannedJob): Promise<void> => {
    const job = withPayload(state, planned);
    if ("error" in job)
      return settle({ ...planned, payload: null }, { status: "failed", ...job, seconds: 0 });
    for (const callback of callbacks) await callback.onExecutionBegin?.(job);
    const outcome = await executor.run(job, {
      signal: signals,
      onEpoch(log) {
        // Whoever calls this, such as a child process's messages, has no use for what a callback throws.
        try {
          for (const callback of callbacks) callback.onEpochEnd?.(job, log);
        } catch (error) {
          fail(error);
        }
      },
    });
    // An interrupted execution says nothing about its values; it is run again.
    if (signals.aborted) return;
    await settle(job, outcome);
  };

  const settle = async (job: TrialJob, found: TrialOutcome): Promise<void> => {
    const { trials, journal } = state;
    const record = executionRecord(job, found);
    await journal.append(record);
    applyRecord(trials, record);
    for (const callback of callbacks) await callback.onExecutionEnd?.(job, record.outcome);
    await finish(trials[job.trial] as Trial);
  };

  const finish = async (trial: Trial): Promise<void> => {
    const { identity, trials, journal } = state;
    const finished = finishedRecord(trial, identity, state.maxRetriesPerTrial);
    if (!finished || trial.status !== "running") return;
    await journal.append(finished);
    applyRecord(trials, finished);
    failedInARow = finished.status === "failed" ? failedInARow + 1 : 0;
    const [best = null] = ranked(trials, identity.objective.direction);
    for (const callback of callbacks) await callback.onTrialEnd?.(trial, best);
    if (failedInARow >= state.maxConsecutiveFailedTrials) throw tooManyFailures(failedInARow, trial);
  };

  // A search that was killed may have written a trial's last execution and not yet its end.
  for (const trial of state.trials) await finish(trial);
  for (;;) {
    while (!failure && !signals.aborted && active.size < parallel) {
      const job = await nextJob(state, [...active.keys()]).catch(fail);
      if (!job) break;
      const running = run(job)
        .catch(fail)
        .then(() => {
          active.delete(job);
        });
      active.set(job, running);
    }
    if (active.size === 0) break;
    await Promise.race(active.values());
  }
  throwIf(failure);
  if (signal?.aborted) throw interrupted(state, signal.reason);
}

/** What a job trains; what its values make the search's own function throw fails the trial. */
function withPayload({ payloadOf }: SearchState, job: PlannedJob): TrialJob | { error: TrialFailure } {
  try {
    return { ...job, payload: payloadOf(job.values) };
  } catch (error) {
    return { error: failureOf(error) };
  }
}

/** TypeScript does not see that a callback sets it. */
function throwIf(failure: { thrown: unknown } | null): void {
  if (failure) throw failure.thrown;
}

function tooManyFailures(count: number, { id, error }: Trial): CongruentError {
  return new CongruentError({
    code: "E_TUNING_FAILED",
    what: `${count} trials in a row failed; the last, trial ${id}: ${error?.code}: ${error?.what}`,
    expected: "a space whose trials can be trained",
    fix: error?.fix ?? "see what the trials say; then run it again with --resume, which tries other values",
  });
}

function interrupted({ trials }: SearchState, reason: unknown): CongruentError {
  const finished = trials.filter(({ status }) => status !== "running").length;
  return new CongruentError({
    code: "E_INTERRUPTED",
    what: `the search was interrupted after ${finished} finished trials; the journal holds them`,
    fix: "run the same command with --resume",
    exit: interruptionExit(reason),
  });
}
