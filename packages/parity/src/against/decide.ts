/** What an output decides, and how often two files decide otherwise. */
import { numbersOf, type Tensor } from "@congruent/core";
import type { OutputQuality } from "@congruent/core/schemas";

type Decisions = NonNullable<OutputQuality["decisions"]>;

/** Where a sigmoid says yes. */
const THRESHOLD = 0.5;

/**
 * - a `label`: the label itself;
 * - what a Sigmoid gives, and single numbers between 0 and 1: the side of 0.5, for each element;
 * - other rows of at least two floats: the place of the largest.
 *
 * @param madeBy operator that makes the output; null where it is not known
 * @returns null for an output that decides nothing
 * @example
 * ```ts
 * const [a, b] = [[0.4, 0.9], [0.6, 0.8]].map((values) => tensor("float32", Float32Array.from(values), [1, 2]));
 * decide("y", "Softmax", a, b); // => { kind: "largest", count: 1, flips: 0 }
 * decide("y", "Sigmoid", a, b); // => { kind: "threshold", count: 2, flips: 1 }
 * ```
 */
export function decide(name: string, madeBy: string | null, first: Tensor, second: Tensor): Decisions | null {
  const [ours, theirs] = [numbersOf(first), numbersOf(second)];
  if (ours.length !== theirs.length || ours.length === 0) return null;
  const width = first.dims.at(-1) ?? 1;
  if (name === "label") return count("label", ours.length, (at) => Number(ours[at]) !== Number(theirs[at]));
  if (!/^float/.test(first.dtype)) return null;
  if (madeBy === "Sigmoid" || (width === 1 && inUnit(ours))) {
    const side = (values: ArrayLike<number | bigint>, at: number) => Number(values[at]) >= THRESHOLD;
    return count("threshold", ours.length, (at) => side(ours, at) !== side(theirs, at));
  }
  if (first.dims.length < 2 || width < 2) return null;
  return count(
    "largest",
    ours.length / width,
    (row) => largest(ours, row, width) !== largest(theirs, row, width),
  );
}

function count(kind: Decisions["kind"], size: number, differs: (at: number) => boolean): Decisions {
  let flips = 0;
  for (let at = 0; at < size; at++) if (differs(at)) flips++;
  return { kind, count: size, flips };
}

function inUnit(values: ArrayLike<number | bigint>): boolean {
  return Array.from(values, Number).every((value) => value >= 0 && value <= 1);
}

function largest(values: ArrayLike<number | bigint>, row: number, width: number): number {
  let best = 0;
  for (let at = 1; at < width; at++) {
    if (Number(values[row * width + at]) > Number(values[row * width + best])) best = at;
  }
  return best;
}
