import type { Trial, TrialJob } from "@congruent/core/schemas";
import type { JournalRecord } from "./journal/records.js";
import type { SearchState } from "./search-state.js";
import { applyRecord } from "./trials.js";

/** A job before it is known what it trains. */
export type PlannedJob = Omit<TrialJob, "payload">;

/**
 * The next thing to run: what is missing of a trial that has begun, or the first execution of a new one, which goes into
 * the journal before it is run.
 *
 * @param active what runs now
 * @returns null where there is nothing now; `state.ended` says so where there will be nothing any more
 */
export async function nextJob(state: SearchState, active: readonly PlannedJob[]): Promise<PlannedJob | null> {
  for (const trial of state.trials) {
    const job = trial.status === "running" ? missingJob(state, trial, active) : null;
    if (job) return job;
  }
  const { trials, identity, space, maxTrials } = state;
  if (maxTrials !== null && trials.length >= maxTrials) {
    state.ended = `all ${maxTrials} trials were made`;
    return null;
  }
  const { seed, objective } = identity;
  const next = state.sampler.suggest({ space, trials, direction: objective.direction, seed });
  if (next.kind === "wait") return null;
  if (next.kind === "done") {
    state.ended = next.why;
    return null;
  }
  const record: JournalRecord = {
    kind: "trial",
    trial: trials.length,
    values: next.values,
    epochs: next.epochs ?? null,
    sampler: next.note ?? {},
  };
  await state.journal.append(record);
  applyRecord(trials, record);
  return missingJob(state, trials.at(-1) as Trial, active);
}

function missingJob(
  { identity }: SearchState,
  trial: Trial,
  active: readonly PlannedJob[],
): PlannedJob | null {
  const { executionsPerTrial, objective, name } = identity;
  for (let execution = 0; execution < executionsPerTrial; execution++) {
    if (active.some((job) => job.trial === trial.id && job.execution === execution)) continue;
    const done = trial.executions.filter((one) => one.execution === execution);
    if (done.some(({ outcome }) => outcome.status === "completed")) continue;
    const attempt = done.length;
    return {
      schema: "congruent/trial-job@1",
      search: name,
      trial: trial.id,
      execution,
      attempt,
      repeat: execution + attempt * executionsPerTrial,
      values: trial.values,
      epochs: trial.epochs,
      objective,
      directory: executionDirectory(trial.id, execution, attempt),
    };
  }
  return null;
}

/**
 * Where an execution keeps its files, within the search's folder.
 *
 * @internal exported for its example
 * @example
 * ```ts
 * executionDirectory(3, 1, 0); // => "trials/0003/execution-1"
 * executionDirectory(3, 1, 2); // => "trials/0003/execution-1-retry-2"
 * ```
 */
export function executionDirectory(trial: number, execution: number, attempt: number): string {
  const retry = attempt === 0 ? "" : `-retry-${attempt}`;
  return `trials/${trialName(trial)}/execution-${execution}${retry}`;
}

/** As Keras Tuner numbers trials: 0003. */
export function trialName(trial: number): string {
  return String(trial).padStart(4, "0");
}
