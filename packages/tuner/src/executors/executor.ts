import type { TrialJob, TrialLog, TrialOutcome } from "@congruent/core/schemas";

export interface RunOptions {
  /** Once aborted, the job must end soon; its result is not needed any more. */
  signal: AbortSignal;
  /** Told what each epoch ended with, where there are epochs. */
  onEpoch?: (log: TrialLog) => void;
}

/**
 * Runs the jobs of a search: in child processes, in this process, on a queue across machines. A job and what comes of it are
 * plain data.
 */
export interface Executor {
  /**
   * Runs one job to its end. A training that fails, crashes or runs out of memory is an outcome; this rejects only
   * when the executor cannot work or the machine fails it (a full disk, data that cannot be loaded), which says nothing about
   * the job's values and ends the search.
   */
  run(job: TrialJob, options: RunOptions): Promise<TrialOutcome>;
}
