import { afterPress } from "@congruent/core/process";
import { note } from "../output/output.js";

/**
 * Aborted by the first Ctrl-C or SIGTERM; a second one ends the process as it stands.
 *
 * @param says what happens now, for the person who waits
 */
export function interruption(says: string): AbortSignal {
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM"] as const;
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) return;
    note(`${says}; once more ends at once`);
    controller.abort(signal);
    afterPress(() => {
      for (const each of signals) process.off(each, onSignal);
    });
  };
  for (const signal of signals) process.on(signal, onSignal);
  return controller.signal;
}
