/** What a matrix of runs is made from. */
import type { RuntimeId } from "@congruent/core";
import type { Ledger, ParityCell } from "@congruent/core/schemas";
import type { Rules } from "./cell-of.js";
import type { Runner, RunnerJob, RunnerResult } from "./runner.js";

export interface MatrixOptions {
  runners: readonly Runner[];
  /** Runtimes that must not be absent. */
  required: readonly RuntimeId[];
  job: Omit<RunnerJob, "cap">;
  /** The most samples per runtime. Default: the runner's own limit. A runtime that is named here runs them all, however long it takes. */
  samples: Partial<Record<RuntimeId, number>>;
  /**
   * Milliseconds after which runs end with what they have done: for the reference, which runs beside the others, and for all others together.
   * Null: none.
   */
  budget: { referenceMs: number | null; othersMs: number | null };
  /** Whether runners are also run in their variants. */
  variants: boolean;
  rules: Rules;
  /** The outputs that the model declares: each runtime must give all of them, and others are left out. */
  outputNames: readonly string[];
  modelNames: readonly string[];
  ledger: Ledger | undefined;
  diagnose: Diagnose | undefined;
  onProgress: (progress: ParityProgress) => void;
}

/** Looks for the node at which a cell goes wrong. The result becomes part of the cell before the ledger is applied. */
export type Diagnose = (
  cell: ParityCell,
  context: {
    runner: Runner;
    job: RunnerJob;
    /** The cell of another run of this runtime, by the same rules; absent where there is nothing to compare with. */
    judge?: ((result: RunnerResult) => ParityCell) | undefined;
  },
) => Promise<Partial<ParityCell>>;

export interface ParityProgress {
  runtime: RuntimeId;
  variant: string | null;
  state: "started" | "running" | "finished" | "diagnosing";
  /** While it runs, where the runtime tells: samples done, of how many, and about how many seconds the rest takes. */
  done?: { samples: number; of: number; secondsLeft: number };
}
