import { type OutputDifference, rows } from "@congruent/core";
import { difference } from "@congruent/runtime";
import { type Decisions, decisionsOf, scoresOf } from "./decisions.js";
import type { Tensors } from "./runner.js";
import { type Arithmetic, type Tolerance, toleranceOf } from "./tolerances.js";

const MISSING = "the runtime did not give it";

export interface Comparison {
  outputs: OutputDifference[];
  decisions: Decisions | null;
  /** What is out of bounds, in one sentence; null when everything is within. */
  reason: string | null;
}

export interface CompareOptions {
  baseline: Tensors;
  observed: Tensors;
  /** How many samples both ran: the first ones are compared. */
  samples: number;
  arithmetic: Arithmetic;
  /** The right label of every sample. */
  truth?: ArrayLike<number> | undefined;
}

/**
 * Holds one runtime's outputs against the baseline's, which have the same names.
 *
 * @example
 * ```ts
 * const baseline = { logits: tensor("float32", Float32Array.of(1, 2), [1, 2]) };
 * const observed = { logits: tensor("float32", Float32Array.of(1, 2.5), [1, 2]) };
 * const arithmetic = { reductions: 1, terms: 4 };
 * compare({ baseline, observed: baseline, samples: 1, arithmetic }).reason; // => null
 * compare({ baseline, observed, samples: 1, arithmetic }).reason;
 * // => "logits differs by 0.500, more than 9.54e-7"
 * ```
 */
export function compare({ baseline, observed, samples, arithmetic, truth }: CompareOptions): Comparison {
  const expected = firstRows(baseline, samples);
  const got = firstRows(observed, samples);
  const decisions = decisionsOf(expected, got, truth);
  const outputs = Object.keys(expected).map((name) =>
    compareOutput(name, expected, got, arithmetic, decisions),
  );
  const outside = outputs.filter((output) => !output.within).map(sentence);
  return { outputs, decisions, reason: outside.length > 0 ? outside.join("; ") : null };
}

function compareOutput(
  name: string,
  baseline: Tensors,
  observed: Tensors,
  arithmetic: Arithmetic,
  decisions: Decisions | null,
): OutputDifference {
  const expected = baseline[name] as Tensors[string];
  const got = observed[name];
  if (!got) {
    return { name, maxAbs: null, maxUlp: null, bound: 0, why: MISSING, within: false };
  }
  const { maxAbs, maxUlp, scale } = difference(expected, got);
  if (name === "label" && decisions) {
    const tie = tieOf(baseline, arithmetic);
    const within = decisions.list.every(({ margin }) => margin !== null && margin <= tie.bound);
    return { name, maxAbs, maxUlp, bound: 0, why: tie.why, within };
  }
  const { bound, why } = toleranceOf(expected.dtype, scale, arithmetic);
  return { name, maxAbs, maxUlp, bound, why, within: maxAbs !== null && maxAbs <= bound };
}

/** The margin below which two correct runtimes may decide differently: each may move both scores by the bound. */
function tieOf(baseline: Tensors, arithmetic: Arithmetic): Tolerance {
  const found = scoresOf(baseline);
  if (!found) return { bound: 0, why: "labels are exact" };
  const { scale } = difference(found.scores, found.scores);
  const bound = 2 * toleranceOf("float32", scale, arithmetic).bound;
  return {
    bound,
    why: `labels are equal, but for ties: the baseline's two best ${found.name} within ${bound.toExponential(1)}`,
  };
}

function firstRows(outputs: Tensors, samples: number): Tensors {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [
      name,
      (output.dims[0] ?? 0) > samples ? rows(output, 0, samples) : output,
    ]),
  );
}

function sentence({ name, maxAbs, bound, why }: OutputDifference): string {
  if (maxAbs === null) {
    return why === MISSING
      ? `${name} is missing`
      : `${name} has another shape, or NaN or infinity where the baseline has none`;
  }
  if (name === "label") return "label differs where the baseline is sure";
  return `${name} differs by ${maxAbs.toPrecision(3)}, more than ${bound.toPrecision(3)}`;
}
