import type { HyperparameterInput, HyperparameterValues, Trial } from "@congruent/core/schemas";
import { type SamplerConfig, samplerOf } from "../samplers/index.js";
import { spaceOf } from "../space/space.js";

/** A trial as it stands in a search, for a sampler to see. */
export function trialWith(trial: Partial<Trial> & Pick<Trial, "id" | "values">): Trial {
  return {
    status: "completed",
    epochs: null,
    sampler: {},
    score: 0,
    metrics: {},
    executions: [],
    error: null,
    ...trial,
  };
}

/** The trials of a search of a function, one after the other, without a journal. */
export function searched(options: {
  sampler: SamplerConfig;
  space: readonly HyperparameterInput[];
  seed: number;
  trials: number;
  direction?: "min" | "max";
  /** null: the trial fails */
  score: (values: HyperparameterValues, epochs: number | null) => number | null;
}): { trials: Trial[]; why: string | null } {
  const { seed, direction = "min" } = options;
  const sampler = samplerOf(options.sampler);
  const space = spaceOf(options.space);
  const trials: Trial[] = [];
  while (trials.length < options.trials) {
    const next = sampler.suggest({ space, trials, direction, seed });
    if (next.kind === "wait") throw new Error("a sampler that waits for nothing");
    if (next.kind === "done") return { trials, why: next.why };
    const { values, epochs = null, note = {} } = next;
    const score = options.score(values, epochs);
    const status = score === null ? "failed" : "completed";
    trials.push(trialWith({ id: trials.length, values, epochs, sampler: note, score, status }));
  }
  return { trials, why: null };
}
