import type { CellStatus } from "@congruent/core/schemas";
import type { Comparison } from "@congruent/runtime";
import type { Ran } from "./cell-of.js";
import type { AgainstReference } from "./pairs.js";

/** What is decided of one run. */
export interface Judgement {
  run: Ran;
  status: Extract<CellStatus, "pass" | "fail" | "inconclusive" | "error">;
  /** Null for a pass. */
  reason: string | null;
  /** Beside the baseline, on all samples that both took; null where that cannot be. */
  compared: Comparison | null;
  /** Null without a reference. */
  toReference: AgainstReference | null;
}

/** What is decided of all runs together. */
export interface Decision {
  /** In the order of the runs; witnesses that were added stand behind their own runtime. */
  judgements: Judgement[];
  /** The run that the others are shown beside. */
  baseline: Ran;
  notes: string[];
  /** What nothing decides although no run is wrong, in half a sentence; null where there is no such thing. */
  open: string | null;
}
