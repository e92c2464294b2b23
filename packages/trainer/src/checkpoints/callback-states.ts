import { CongruentError } from "@congruent/core";
import type { Callback } from "../callbacks/callback.js";
import type { NamedState } from "./checkpoint.js";

/** The states of the callbacks that have one, in their order. */
export function callbackStates(callbacks: readonly Callback[]): NamedState[] {
  return callbacks.flatMap((callback) =>
    callback.state ? [{ name: nameOf(callback), ...callback.state() }] : [],
  );
}

/**
 * Restores the states of the callbacks.
 *
 * @throws CongruentError `E_CHECKPOINT_MISMATCH` when the callbacks are not those that were saved.
 */
export function restoreCallbacks(callbacks: readonly Callback[], states: readonly NamedState[]): void {
  const remembering = callbacks.filter((callback) => callback.state);
  const [now, then] = [remembering.map(nameOf), states.map(({ name }) => name)];
  if (now.join() !== then.join()) {
    throw new CongruentError({
      code: "E_CHECKPOINT_MISMATCH",
      what: `the checkpoint holds the states of the callbacks [${then.join(", ")}], the training has [${now.join(", ")}]`,
      fix: "resume with the same callbacks in the same order",
    });
  }
  remembering.forEach((callback, i) => {
    callback.restore?.(states[i] as NamedState);
  });
}

function nameOf(callback: Callback): string {
  return callback.name ?? "unnamed";
}
