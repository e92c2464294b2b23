/** The time that people wait for a comparison, shared out among the runs of its runtimes. */

/** A run gets at least so much, in milliseconds, and a late one too: less is not enough to start a browser. */
const LEAST_MS = 5000;

/**
 * Each run gets an equal part of what is left: what quick ones leave over, later ones have.
 *
 * @example
 * ```ts
 * let now = 0;
 * const time = new SharedTime(60_000, 4, () => now);
 * time.next(); // => 15000
 * now = 3000;
 * time.next(); // => 19000
 * now = 59_000;
 * time.next(); // => 5000
 * ```
 */
export class SharedTime {
  readonly #end: number;
  readonly #clock: () => number;
  #runs: number;

  /** @param runs how many there will be */
  constructor(totalMs: number, runs: number, clock = () => performance.now()) {
    this.#clock = clock;
    this.#end = clock() + totalMs;
    this.#runs = runs;
  }

  /** Milliseconds for the next run, which begins now. */
  next(): number {
    const left = this.#end - this.#clock();
    const part = left / Math.max(1, this.#runs);
    this.#runs--;
    return Math.max(LEAST_MS, part);
  }

  /** For a run that does not take place. */
  skip(runs: number): void {
    this.#runs -= runs;
  }
}
