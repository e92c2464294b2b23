import type { FitReport } from "./schemas/runs/fit-report.js";
import type { EpochLog } from "./schemas/runs/run.js";

export interface Trained {
  epochs: readonly Pick<EpochLog, "seconds">[];
  /** Of a classical model. */
  fit?: FitReport | null | undefined;
}

/**
 * What training or fitting a model took, in seconds: all epochs with their validation; null where it was not recorded.
 *
 * @example
 * ```ts
 * trainingSeconds({ epochs: [{ seconds: 9 }, { seconds: 8 }] }); // => 17
 * trainingSeconds({ epochs: [] }); // => null
 * ```
 */
export function trainingSeconds({ epochs, fit }: Trained): number | null {
  if (fit) return fit.seconds.fit;
  return epochs.length > 0 ? epochs.reduce((sum, { seconds }) => sum + seconds, 0) : null;
}
