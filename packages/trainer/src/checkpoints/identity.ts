import { CongruentError, differences } from "@congruent/core";
import type { TrainingIdentity } from "./checkpoint.js";

/**
 * Refuses to resume another training than the one that was interrupted. Fields that a checkpoint of an
 * earlier version lacks are not compared, nor is the processor's instruction set.
 *
 * @throws CongruentError `E_CHECKPOINT_MISMATCH` naming all that differs.
 */
export function refuseOtherTraining(begun: TrainingIdentity, now: TrainingIdentity, directory: string): void {
  const { instructionSet: _, ...then } = begun;
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

/** What a user should know of a training that goes on on another kind of processor; null where it is the same, or not noted. */
export function otherProcessor(then: TrainingIdentity, now: TrainingIdentity): string | null {
  const [begun, here] = [then.instructionSet, now.instructionSet];
  if (begun === undefined || here === undefined || begun === here) return null;
  return `begun on a processor with ${NAMES[begun]}, goes on on one with ${NAMES[here]}: it computes in the same way (threads, parts, kernels), and the last bits of the weights are not those of a training that stayed there`;
}

const NAMES = { avx512: "AVX-512", avx2: "AVX2", other: "neither AVX2 nor AVX-512" } as const;
