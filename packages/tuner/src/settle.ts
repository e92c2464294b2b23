import type { Trial, TrialFailure, TrialLog, TrialOutcome } from "@congruent/core/schemas";
import type { JournalRecord, SearchIdentity } from "./journal/records.js";
import type { PlannedJob } from "./next-job.js";
import { bestEpoch, meanLog } from "./objective.js";

type ExecutionRecord = Extract<JournalRecord, { kind: "execution" }>;
type FinishedRecord = Extract<JournalRecord, { kind: "finished" }>;

/**
 * What the journal says of an execution. One without a single finite objective has failed.
 *
 * @throws CongruentError `E_OBJECTIVE` where it did not log the objective: no other trial will
 */
export function executionRecord(job: PlannedJob, found: TrialOutcome): ExecutionRecord {
  const { trial, execution, attempt, directory, objective } = job;
  const best = found.status === "completed" ? bestEpoch(found.logs, objective) : null;
  const outcome: TrialOutcome =
    found.status === "failed"
      ? found
      : best
        ? { ...found, logs: found.logs.map(finiteFields) }
        : { status: "failed", error: notFinite(objective.name, found.logs.length), seconds: found.seconds };
  return {
    kind: "execution",
    trial,
    execution,
    attempt,
    directory,
    bestEpoch: best && best.index + 1,
    outcome,
  };
}

/**
 * How a trial has ended; null while something is missing of it.
 *
 * Its score is the mean over the executions of the objective's best epoch, as in Keras Tuner.
 */
export function finishedRecord(
  trial: Trial,
  { objective, executionsPerTrial }: SearchIdentity,
  maxRetries: number,
): FinishedRecord | null {
  const bests: TrialLog[] = [];
  for (let execution = 0; execution < executionsPerTrial; execution++) {
    const done = trial.executions.filter((one) => one.execution === execution);
    const completed = done.find(({ outcome }) => outcome.status === "completed");
    const last = done.at(-1)?.outcome;
    if (completed?.outcome.status === "completed") {
      bests.push(completed.outcome.logs[(completed.bestEpoch as number) - 1] as TrialLog);
    } else if (last?.status === "failed" && done.length > maxRetries) {
      return {
        kind: "finished",
        trial: trial.id,
        status: "failed",
        score: null,
        metrics: {},
        error: last.error,
      };
    }
  }
  if (bests.length < executionsPerTrial) return null;
  const metrics = meanLog(bests);
  return {
    kind: "finished",
    trial: trial.id,
    status: "completed",
    score: metrics[objective.name] as number,
    metrics,
    error: null,
  };
}

/** JSON has no other numbers. */
function finiteFields(log: TrialLog): TrialLog {
  return Object.fromEntries(Object.entries(log).filter(([, value]) => Number.isFinite(value)));
}

function notFinite(name: string, epochs: number): TrialFailure {
  return {
    code: "E_OBJECTIVE_NOT_FINITE",
    what: epochs === 0 ? "the training logged no epoch" : `${name} was never a finite number`,
    fix: null,
  };
}
