import { CongruentError, differences } from "@congruent/core";
import type { TrainingIdentity } from "./checkpoint.js";

/**
 * Refuses to go on with another training than the one that was interrupted.
 *
 * @throws CongruentError `E_CHECKPOINT_MISMATCH` naming all that differs.
 */
export function refuseOtherTraining(then: TrainingIdentity, now: TrainingIdentity, directory: string): void {
  const found = differences(then, now);
  if (found.length === 0) return;
  throw new CongruentError({
    code: "E_CHECKPOINT_MISMATCH",
    what: `${directory} was begun as another training: ${found.join("; ")}`,
    expected: "the same recipe, architecture, data set, engine and device",
    fix: "go on as it was begun, or give --overwrite to begin anew",
  });
}
