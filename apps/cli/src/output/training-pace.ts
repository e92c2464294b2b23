/** The time that is measured before anything is said of the rest, in milliseconds: the first steps are slower than the others. */
const ENOUGH_MS = 1500;

/** How fast a training goes, by its own steps. */
export interface TrainingPace {
  /**
   * Takes note of how far it is.
   *
   * @param now in milliseconds
   * @returns the seconds that are left of all epochs; null until enough was measured
   */
  at(epoch: number, step: number, now: number): number | null;
  /** What was measured, in milliseconds a step, the validation of the epochs so far included; null until enough was. */
  readonly msPerStep: number | null;
}

/**
 * Measures from the first step that it is told of, so that neither set-up nor the epochs of an interrupted training count.
 *
 * @example
 * ```ts
 * const pace = trainingPace({ steps: 100, epochs: 3 });
 * pace.at(1, 10, 5000); // => null
 * pace.at(1, 60, 7000); // => 9.6
 * ```
 */
export function trainingPace({ steps, epochs }: { steps: number; epochs: number }): TrainingPace {
  let first: { done: number; now: number } | undefined;
  let msPerStep: number | null = null;
  return {
    at(epoch, step, now) {
      const done = (epoch - 1) * steps + step;
      first ??= { done, now };
      if (done > first.done && now - first.now >= ENOUGH_MS)
        msPerStep = (now - first.now) / (done - first.done);
      return msPerStep === null ? null : ((epochs * steps - done) * msPerStep) / 1000;
    },
    get msPerStep() {
      return msPerStep;
    },
  };
}
