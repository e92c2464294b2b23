import type { HyperparameterValues, SamplerNote, Trial } from "@congruent/core/schemas";
import type { z } from "zod";
import type { Space } from "../space/space.js";

/** What a sampler knows when it is asked. */
export interface SamplerContext {
  space: Space;
  /** Every trial that has begun, in the order of beginning. */
  trials: readonly Trial[];
  direction: "min" | "max";
  seed: number;
}

export type Suggestion =
  /** The next trial. `epochs` limits its training; `note` comes back with the trial. */
  | { kind: "trial"; values: HyperparameterValues; epochs?: number; note?: SamplerNote }
  /** Nothing now: a trial that is running decides what comes. */
  | { kind: "wait" }
  /** Nothing any more, and why. */
  | { kind: "done"; why: string };

/**
 * Decides what is tried next, from the trials so far and the seed alone: it keeps no state, so that a resumed search continues
 * as if it had not been interrupted.
 */
export interface Sampler<Options extends object = Record<string, unknown>> {
  /** Also the file name and the value of a search's `sampler.name`. */
  name: string;
  /** Its options besides the name, with their defaults. */
  options: z.ZodType<Options>;
  /** How many trials a search has in all; null where only the search's own limit says it. */
  total(options: Options, space: Space): number | null;
  /** @throws CongruentError where the options and the space do not fit */
  suggest(context: SamplerContext, options: Options): Suggestion;
}
