import { mean } from "@congruent/core";
import type { Hyperparameter, HyperparameterValue, Importance, Trial } from "@congruent/core/schemas";
import { domainOf } from "./space/index.js";

/** The maximum number of groups for the values of an ordered range. */
const MOST_GROUPS = 20;

/**
 * How much of the scores' variance each hyper-parameter explains by itself: its main effect, the first-order term of a
 * functional analysis of variance. Estimated by one-way analysis of variance over the completed trials in which it was active,
 * grouped by value (by quantiles of an ordered range), as ε² (Kelley 1935): the between-group share of the sum of squares less
 * what chance alone would give it. What hyper-parameters do only together is in none of them.
 *
 * The trials must have been drawn evenly (random search, grid) to say something about the space; those of a guided
 * sampler tell about where it looked. A dozen trials tell little.
 */
export function importancesOf(space: readonly Hyperparameter[], trials: readonly Trial[]): Importance[] {
  return space.map((hp) => {
    const seen = trials.flatMap(({ values, score, status }) => {
      const value = Object.hasOwn(values, hp.name) ? values[hp.name] : undefined;
      return status === "completed" && score !== null && value !== undefined ? [{ value, score }] : [];
    });
    return { name: hp.name, share: epsilonSquared(groupsOf(hp, seen)), trials: seen.length };
  });
}

interface Seen {
  value: HyperparameterValue;
  score: number;
}

/** The scores of each group of similar values. */
function groupsOf(hp: Hyperparameter, seen: readonly Seen[]): number[][] {
  const distinct = new Set(seen.map(({ value }) => value)).size;
  // As many groups as members of each: both are known about equally well.
  const most = Math.min(MOST_GROUPS, Math.max(2, Math.floor(Math.sqrt(seen.length))));
  if (!domainOf(hp).ordered || distinct <= most) {
    const groups = new Map<HyperparameterValue, number[]>();
    for (const { value, score } of seen) groups.set(value, [...(groups.get(value) ?? []), score]);
    return [...groups.values()];
  }
  const sorted = seen.toSorted((a, b) => Number(a.value) - Number(b.value));
  const groups: Seen[][] = Array.from({ length: most }, () => []);
  for (const [i, one] of sorted.entries()) {
    // Equal values stay together.
    const before = sorted[i - 1];
    const last = groups.findLastIndex((group) => group.length > 0);
    const at = before?.value === one.value && last >= 0 ? last : Math.floor((i * most) / sorted.length);
    groups[at]?.push(one);
  }
  return groups.filter((group) => group.length > 0).map(scores);
}

function scores(group: readonly Seen[]): number[] {
  return group.map(({ score }) => score);
}

/**
 * (SS_between - (k - 1) · MS_within) / SS_total, never below 0.
 *
 * @returns null where there are not two groups, or fewer than two members for each
 */
export function epsilonSquared(groups: readonly (readonly number[])[]): number | null {
  const all = groups.flat();
  const within = all.length - groups.length;
  if (groups.length < 2 || all.length < 2 * groups.length) return null;
  const middle = mean(all);
  const total = all.reduce((sum, score) => sum + (score - middle) ** 2, 0);
  if (total === 0) return 0;
  const between = groups.reduce((sum, group) => sum + group.length * (mean(group) - middle) ** 2, 0);
  const chance = ((groups.length - 1) * (total - between)) / within;
  return Math.min(1, Math.max(0, (between - chance) / total));
}
