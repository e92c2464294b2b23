/** When two runtimes agree: the one rule, for parity reports, passports and the web page alike. */
import { rows, type Tensor } from "@congruent/core/essentials";
import type { OutputDifference } from "@congruent/core/schemas";
import { type Decisions, decisionsOf, scoresOf } from "./decisions.js";
import { detailOf } from "./detail.js";
import { difference } from "./difference.js";

/** How far an output may be from the baseline's, and where that number comes from. */
export interface Tolerance {
  /** Null where none is known: then only equal values agree, and others prove nothing. */
  bound: number | null;
  why: string;
}

export interface CompareOptions {
  /** By name. */
  baseline: Record<string, Tensor>;
  observed: Record<string, Tensor>;
  /** How many samples both ran: the first ones are compared. Default: all. */
  samples?: number | undefined;
  /** What each of the baseline's outputs allows. Not asked for `label`, which follows from the scores. */
  toleranceOf: (name: string, baseline: Tensor) => Tolerance;
  /** The right label of every sample. */
  labels?: ArrayLike<number> | undefined;
}

export interface Comparison {
  outputs: OutputDifference[];
  decisions: Decisions | null;
  /** What is out of bounds, in one sentence; null when everything is within. */
  reason: string | null;
}

const MISSING = "the runtime did not give it";

/**
 * Compares one runtime's outputs with the baseline's. Every output must stay within its bound. A label must be equal, except in a tie:
 * where the baseline's two best scores differ by at most twice the bound of these scores, two correct runtimes may decide differently, as
 * each may move both scores by the bound.
 *
 * @example
 * ```ts
 * const baseline = { logits: tensor("float32", Float32Array.of(1, 2), [1, 2]) };
 * const observed = { logits: tensor("float32", Float32Array.of(1, 2.5), [1, 2]) };
 * const toleranceOf = () => ({ bound: 1e-6, why: "a few roundings" });
 * compare({ baseline, observed: baseline, toleranceOf }).reason; // => null
 * compare({ baseline, observed, toleranceOf }).reason; // => "logits differs by 0.500, more than 0.00000100"
 * ```
 */
export function compare(options: CompareOptions): Comparison {
  const { samples = Number.POSITIVE_INFINITY, toleranceOf, labels } = options;
  const baseline = firstRows(options.baseline, samples);
  const observed = firstRows(options.observed, samples);
  const decisions = decisionsOf(baseline, observed, labels);
  const outputs = Object.entries(baseline).map(([name, expected]): OutputDifference => {
    const got = observed[name];
    if (!got) return { name, maxAbs: null, maxUlp: null, bound: 0, why: MISSING, within: false };
    const { maxAbs, maxUlp } = difference(expected, got);
    const detail = sameShape(expected, got) ? { detail: detailOf(expected, got) } : {};
    if (name === "label" && decisions) {
      const tie = tieOf(baseline, toleranceOf);
      const within = decisions.list.every(({ margin }) => margin !== null && margin <= tie.bound);
      return { name, maxAbs, maxUlp, bound: 0, why: tie.why, within, ...detail };
    }
    const { bound, why } = toleranceOf(name, expected);
    return { name, maxAbs, maxUlp, bound, why, within: maxAbs !== null && maxAbs <= (bound ?? 0), ...detail };
  });
  const outside = outputs.filter((output) => !output.within).map(sentence);
  return { outputs, decisions, reason: outside.length > 0 ? outside.join("; ") : null };
}

function sameShape(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && a.dims.join() === b.dims.join();
}

/** The margin up to which a decision is a tie. */
function tieOf(
  baseline: Record<string, Tensor>,
  toleranceOf: CompareOptions["toleranceOf"],
): { bound: number; why: string } {
  const found = scoresOf(baseline);
  if (!found) return { bound: 0, why: "labels are exact" };
  const bound = 2 * (toleranceOf(found.name, found.scores).bound ?? 0);
  return {
    bound,
    why: `labels are equal, but for ties: the baseline's two best ${found.name} within ${bound.toExponential(1)}`,
  };
}

function firstRows(outputs: Record<string, Tensor>, samples: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [
      name,
      (output.dims[0] ?? 0) > samples ? rows(output, 0, samples) : output,
    ]),
  );
}

function sentence({ name, maxAbs, bound, why, detail }: OutputDifference): string {
  if (maxAbs === null) {
    if (why === MISSING) return `${name} is missing`;
    if (!detail) return `${name} has another shape or type`;
    const [first] = detail.worst;
    const where = first ? `: ${first.observed} instead of ${first.expected} at [${first.at.join(", ")}]` : "";
    return `${name} has NaN or infinity where the baseline has none, or the other way round, in ${detail.misplaced} of its elements${where}`;
  }
  if (name === "label") return "label differs where the baseline is sure";
  if (bound === null) return `${name} differs by ${maxAbs.toPrecision(3)}, and no bound is known: ${why}`;
  return `${name} differs by ${maxAbs.toPrecision(3)}, more than ${bound.toPrecision(3)}`;
}
