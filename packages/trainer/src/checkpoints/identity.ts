import { CongruentError, differences } from "@congruent/core";
import type { TrainingIdentity } from "./checkpoint.js";

/**
 * Refuses to resume another training than the one that was interrupted. Fields that a checkpoint of an
 * earlier version lacks are not compared.
 *
 * @throws CongruentError `E_CHECKPOINT_MISMATCH` naming all that differs.
 */
export function refuseOtherTraining(then: TrainingIdentity, now: TrainingIdentity, directory: string): void {
  const noted = Object.fromEntries(Object.keys(then).map((key) => [key, now[key as keyof TrainingIdentity]]));
  const found = differences(then, noted);
  if (found.length === 0) return;
  throw new CongruentError({
    code: "E_CHECKPOINT_MISMATCH",
    what: `${directory} was started as another training: ${found.join("; ")}`,
    expected:
      "the same recipe, architecture, data set, engine, device, build of TensorFlow, number of threads and of a batch's parts",
    fix: "resume it as it was started, in a process that has not trained otherwise before, or give --overwrite to start again",
  });
}
