/** What a runtime has handed over until now, and what becomes of it when its time is over. */
import { CongruentError, joinRows, type Tensor } from "@congruent/core";
import type { Part } from "./run-in-parts.js";
import { type RunnerJob, type RunnerResult, sampleCount, type Tensors } from "./runner.js";

/** The parts of one run. */
export class CollectedParts<P extends Part> {
  readonly parts: P[] = [];
  /** Milliseconds for the whole run. */
  readonly limitMs: number;
  readonly #of: number;
  readonly #budgeted: boolean;
  readonly #onDone: RunnerJob["onDone"];
  readonly #start: number;

  /**
   * @param inputs as they are run: not more samples than that are asked for
   * @param start of the run, by the clock of `performance.now()`. Default: now
   */
  constructor(
    { timeoutMs, budgetMs, batching, onDone }: RunnerJob,
    inputs: Tensors,
    start = performance.now(),
  ) {
    this.#start = start;
    this.limitMs = Math.min(timeoutMs, budgetMs ?? timeoutMs);
    this.#of = sampleCount(inputs, batching);
    this.#budgeted = budgetMs !== undefined;
    this.#onDone = onDone;
  }

  get samples(): number {
    return this.parts.reduce((sum, { samples }) => sum + samples, 0);
  }

  add(part: P): void {
    this.parts.push(part);
    const done = this.samples;
    const seconds = (performance.now() - this.#start) / 1000;
    const needed = (seconds / done) * (this.#of - done);
    this.#onDone?.({
      samples: done,
      of: this.#of,
      secondsLeft: Math.max(0, Math.min(needed, this.limitMs / 1000 - seconds)),
    });
  }

  /**
   * What all runtimes tell of a run, once it has ended.
   *
   * @param complete whether it did all its samples
   * @throws CongruentError `E_TIMEOUT` where its time was over before the first sample; where it has no budget, also before the last
   */
  result(complete: boolean): Pick<RunnerResult, "outputs" | "samples" | "cut" | "seconds"> {
    const done = this.samples;
    const limit = seconds(this.limitMs);
    if (!complete && (!this.#budgeted || done === 0)) {
      throw new CongruentError({
        code: "E_TIMEOUT",
        what: `no answer within ${limit}: ${done} of ${formatted(this.#of)} done`,
        fix: this.#budgeted
          ? "give it more time (--time, --reference-time), or name the samples (--samples)"
          : "run fewer samples (--samples), or raise the time limit (--timeout)",
      });
    }
    const names = Object.keys(this.parts[0]?.outputs ?? {});
    return {
      outputs: Object.fromEntries(
        names.map((name) => [name, joinRows(this.parts.map(({ outputs }) => outputs[name] as Tensor))]),
      ),
      samples: done,
      cut: complete ? null : { of: this.#of, seconds: this.limitMs / 1000 },
      seconds: this.parts.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000,
    };
  }
}

function formatted(samples: number): string {
  return samples === 1 ? "1 sample was" : `${samples} samples were`;
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toPrecision(2))} s`;
}
