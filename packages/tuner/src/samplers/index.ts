import { CongruentError, checked, closest } from "@congruent/core";
import type { Space } from "../space/space.js";
import { grid } from "./grid.js";
import { hyperband } from "./hyperband.js";
import { random } from "./random.js";
import type { Sampler, SamplerContext, Suggestion } from "./sampler.js";
import { tpe } from "./tpe.js";

const index: Record<string, Sampler<object>> = { random, grid, hyperband, tpe };

/** Every sampler by name. */
export const samplers: Readonly<Record<string, Sampler<object>>> = index;

/** Adds a sampler of your own; searches can then name it. */
export function registerSampler<Options extends object>(sampler: Sampler<Options>): void {
  index[sampler.name] = sampler;
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
  const sampler = Object.hasOwn(index, name) ? index[name] : undefined;
  if (!sampler) {
    const meant = closest(name, Object.keys(index));
    throw new CongruentError({
      code: "E_SAMPLER",
      what: `there is no sampler called "${name}"`,
      expected: `one of ${Object.keys(index).join(", ")}`,
      fix: meant ? `"${meant}"?` : "correct the sampler's name, or register your own with registerSampler",
    });
  }
  const options = checked(given, sampler.options, `the sampler ${name}`);
  return {
    config: { name, ...(options as object) },
    total: (space) => sampler.total(options, space),
    suggest: (context) => sampler.suggest(context, options),
  };
}
