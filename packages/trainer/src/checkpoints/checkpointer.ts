import { CongruentError, interruptionExit } from "@congruent/core";
import type { Callback } from "../callbacks/callback.js";
import type { Engine } from "../engines/engine.js";
import { callbackStates } from "./callback-states.js";
import type { FitPosition, TrainingIdentity } from "./checkpoint.js";
import { saveCheckpoint } from "./store.js";

export interface CheckpointerOptions {
  /** The folder of the checkpoints. */
  directory: string;
  identity: TrainingIdentity;
  engine: Engine;
  callbacks: readonly Callback[];
  /** Within an epoch, this many seconds apart; every epoch ends with one in any case. */
  everySeconds: number;
  /** Once aborted, the training ends at the next step, with a checkpoint. */
  signal?: AbortSignal | undefined;
}

/** Called where a training may be interrupted: after a step, or between epochs. */
export type Pause = (boundary: "step" | "epoch", position: () => FitPosition) => Promise<void>;

/**
 * Saves checkpoints at intervals, and ends the training when its signal is aborted.
 *
 * @throws CongruentError (the function returned) `E_INTERRUPTED` with exit code 130 after Ctrl-C, 143 after SIGTERM;
 * what `saveCheckpoint` throws.
 */
export function checkpointer(options: CheckpointerOptions): Pause {
  const { directory, identity, engine, callbacks, everySeconds, signal } = options;
  let last = performance.now();
  return async (boundary, position) => {
    const due = boundary === "epoch" || performance.now() - last >= everySeconds * 1000;
    if (!due && !signal?.aborted) return;
    const at = position();
    await saveCheckpoint(directory, {
      identity,
      position: at,
      engine: engine.state(),
      callbacks: callbackStates(callbacks),
    });
    last = performance.now();
    if (signal?.aborted) throw interrupted(at, signal.reason);
  };
}

function interrupted({ epoch, step }: FitPosition, reason: unknown): CongruentError {
  return new CongruentError({
    code: "E_INTERRUPTED",
    what: `the training was interrupted in epoch ${epoch} after step ${step}; it is saved in a checkpoint`,
    fix: "continue with the same command and --resume",
    exit: interruptionExit(reason),
  });
}
