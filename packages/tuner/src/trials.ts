import { CongruentError } from "@congruent/core";
import type { Trial } from "@congruent/core/schemas";
import type { JournalRecord } from "./journal/records.js";

/**
 * The trials that a journal tells of, in the order of their beginning.
 *
 * @throws CongruentError `E_JOURNAL_CORRUPT` where a record speaks of a trial that never began
 */
export function trialsOf(records: readonly JournalRecord[]): Trial[] {
  const trials: Trial[] = [];
  for (const record of records) applyRecord(trials, record);
  return trials;
}

/** Brings trials up to date with one more record. */
export function applyRecord(trials: Trial[], record: JournalRecord): void {
  if (record.kind === "head") return;
  if (record.kind === "trial") {
    const { trial: id, values, epochs, sampler } = record;
    if (id !== trials.length) throw outOfOrder(id);
    trials.push({
      id,
      status: "running",
      values,
      epochs,
      sampler,
      score: null,
      metrics: {},
      executions: [],
      error: null,
    });
    return;
  }
  const trial = trials[record.trial];
  if (!trial) throw outOfOrder(record.trial);
  if (record.kind === "execution") {
    const { execution, attempt, directory, bestEpoch, outcome } = record;
    trial.executions.push({ execution, attempt, directory, bestEpoch, outcome });
  } else {
    const { status, score, metrics, error } = record;
    Object.assign(trial, { status, score, metrics, error });
  }
}

function outOfOrder(trial: number): CongruentError {
  return new CongruentError({
    code: "E_JOURNAL_CORRUPT",
    what: `the journal tells of trial ${trial} out of order`,
    expected: "each trial's beginning before all else of it",
    fix: "choose another --out",
  });
}
