import { note } from "../output/output.js";

/**
 * Aborted by the first Ctrl-C or SIGTERM; a second one ends the process as it stands.
 *
 * @param says what happens now, for the person who waits
 */
export function interruption(says: string): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      note(`${says}; once more ends at once`);
      controller.abort(signal);
    });
  }
  return controller.signal;
}
