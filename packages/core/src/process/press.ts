/** Milliseconds in which signals are one interruption: people press Ctrl-C again later than that, programs pass it on sooner. */
const SAME_PRESS_MS = 1000;

/**
 * Does something once all signals of one press of Ctrl-C have arrived. It may reach a process several times: the terminal sends it to all of its
 * programs, and npm, turbo and the like pass on what they got. A process that took the second for a person's second press would end
 * before it has written what the first one asked for.
 *
 * @param action such as listening for the second press; nothing waits for it where the process ends before
 */
export function afterPress(action: () => void): void {
  // Signals that came while the process was busy are delivered after its timers, and before what is immediate.
  setTimeout(() => setImmediate(action), SAME_PRESS_MS).unref();
}

/**
 * Tells the first signal of each press from those that belong to it.
 *
 * @returns a function to call for each signal
 * @example
 * ```ts
 * const isPress = pressFilter();
 * [isPress(), isPress()]; // => [true, false]
 * ```
 */
export function pressFilter(): () => boolean {
  let arriving = false;
  return () => {
    if (arriving) return false;
    arriving = true;
    afterPress(() => {
      arriving = false;
    });
    return true;
  };
}
