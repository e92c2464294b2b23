import { checked, Registry } from "@congruent/core";
import type { Space } from "../space/space.js";
import { grid } from "./grid.js";
import { hyperband } from "./hyperband.js";
import { random } from "./random.js";
import type { Sampler, SamplerContext, Suggestion } from "./sampler.js";
import { tpe } from "./tpe.js";

const registry = new Registry<Sampler<object>>(
  {
    kind: "sampler",
    code: "E_SAMPLER",
    fix: "correct the sampler's name, or register your own with registerSampler",
  },
  { random, grid, hyperband, tpe },
);

/** Every sampler by name. */
export const samplers: Readonly<Record<string, Sampler<object>>> = registry.members;

/**
 * Adds a sampler of your own; searches can then name it.
 *
 * @throws CongruentError `E_SAMPLER` where there is one of that name already
 */
export function registerSampler<Options extends object>(sampler: Sampler<Options>): void {
  registry.register(sampler.name, sampler);
}

/** A sampler's name and its own options. */
export interface SamplerConfig {
  name: string;
  [option: string]: unknown;
}

/** A sampler with its options. */
export interface ConfiguredSampler {
  config: SamplerConfig;
  total(space: Space): number | null;
  suggest(context: SamplerContext): Suggestion;
}

/**
 * @param config the sampler's name and its own options
 * @throws CongruentError `E_SAMPLER` when there is none of that name, `E_SCHEMA` for options that it does not have
 *
 * @example
 * ```ts
 * samplerOf({ name: "tpe" }).config; // => { name: "tpe", startupTrials: 10, candidates: 24, gamma: 0.1 }
 * ```
 */
export function samplerOf({ name, ...given }: SamplerConfig): ConfiguredSampler {
  const sampler = registry.get(name);
  const options = checked(given, sampler.options, `the sampler ${name}`);
  return {
    config: { name, ...(options as object) },
    total: (space) => sampler.total(options, space),
    suggest: (context) => sampler.suggest(context, options),
  };
}
