import { CongruentError } from "@congruent/core";

/**
 * This page's sessions, one owner at a time: what was chosen last begins when what was chosen before has freed its memory. The runtime's own
 * order of calls would be enough to be safe; this one also keeps a page that is clicked quickly from holding many models at once.
 */
let last: Promise<unknown> = Promise.resolve();

/**
 * Waits until no other part of the page owns a session.
 *
 * @param signal aborted when the work is no longer wanted
 * @returns a function that gives the turn to the next one; it must be called when the session is closed
 * @throws CongruentError `E_ABORTED` when the turn comes too late
 */
export async function sessionTurn(signal: AbortSignal): Promise<() => void> {
  const before = last;
  let done = () => {};
  last = new Promise<void>((resolve) => {
    done = resolve;
  });
  await before;
  if (!signal.aborted) return done;
  done();
  throw outdated(signal);
}

/** @throws CongruentError `E_ABORTED` when the work is no longer wanted */
export function refuseOutdated(signal: AbortSignal): void {
  if (signal.aborted) throw outdated(signal);
}

function outdated(signal: AbortSignal): CongruentError {
  return new CongruentError({
    code: "E_ABORTED",
    what: "something else was chosen meanwhile",
    cause: signal.reason,
  });
}
