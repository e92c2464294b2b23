/** Errors that many elements have together, because one number that had an error went into all of them. */
import { isFloat, type Value } from "../value.js";
import { added, asValue, deviations, type Errors, shifted } from "./errors.js";
import type { RuleCall } from "./rule.js";

/**
 * A part that is smaller than this is left out: it adds to a sum of n terms what √n times it adds to one of them. A mean of n elements has
 * about 1/√n of their errors, so that what it adds to their sum is no more than their own errors do.
 */
const SMALL = 0.1;

/** Null where no element has a part of its error that counts. */
export function worthKeeping(shared: Errors, passed: Errors): Errors {
  if (!shared || !passed) return null;
  return shared.some((each, i) => each > SMALL * (passed[i] as number)) ? shared : null;
}

/**
 * The shared part of an elementwise operator's result: what the shared parts of its operands move it by, and all errors of an operand that is
 * broadcast. Nothing is known of how the parts go together.
 */
export function sharedElementwise({ call, errors, shared, outputs, run, rounding }: RuleCall): Errors {
  const y = outputs[0] as Value;
  if (rounding.model === "worst" || !isFloat(y.dtype)) return null;
  let all: Errors = null;
  call.inputs.forEach((x, position) => {
    const error = errors[position];
    if (!x || !error) return;
    const moving = x.data.length < y.data.length ? error : (shared[position] ?? null);
    if (!moving) return;
    const ends = ([1, -1] as const).map((sign) =>
      run(call.inputs.map((each, at) => (at === position ? shifted(x, moving, sign) : each))),
    );
    all = added(
      all,
      deviations(
        ends.map(([moved]) => moved as Value),
        y,
      ),
    );
  });
  return all;
}

/** What is shared of elements that are put elsewhere. */
export function sharedMoved({ call, shared, run }: RuleCall, moves: (position: number) => boolean): Errors[] {
  if (shared.every((each) => each === null)) return [];
  const inputs = call.inputs.map((x, at) => x && (moves(at) ? asValue(x, shared[at] ?? null) : x));
  return run(inputs).map(({ data }) => data as Float64Array);
}
