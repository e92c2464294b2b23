/** The protocol of a rule: what an operator makes of its inputs' errors, and what its own rounding adds. */
import type { GraphProto } from "@congruent/onnx";
import type { Call } from "../call.js";
import type { Composed } from "../composed/composer.js";
import type { Value } from "../value.js";
import type { Errors } from "./errors.js";
import type { Rounding } from "./rounding.js";

export interface RuleCall {
  /** Attributes and inputs. */
  call: Call;
  /** Errors of the inputs, by position. */
  errors: readonly Errors[];
  /** What of the inputs' errors is shared, by position: see `Bound`. */
  shared: readonly Errors[];
  /** What the reference computed from the inputs. */
  outputs: readonly Value[];
  /** The bounds of what the operator is composed of; `errors` by position of what the graph is given. */
  nested(composed: Composed, errors: readonly Errors[]): (Errors | undefined)[];
  /**
   * The bounds of the outputs of a graph that the node carries and that takes no inputs, such as a branch, and why they are so; null where it is
   * not known what the graph takes from around it.
   */
  inner(graph: GraphProto): { errors: Errors; why: string | null }[] | null;
  /** The same operator on other inputs. */
  run(inputs: readonly (Value | undefined)[]): Value[];
  /** Of the first output's element type. */
  rounding: Rounding;
  /** Whether errors of the inputs may be steps of decisions: see `Bound`. */
  steps: boolean;
}

/** The bound of one output. */
export interface OutputBound {
  /** What errors of the inputs become; null where they are exact. */
  passed: Errors;
  /** What this operator's own arithmetic adds; null where it is exact. */
  own: Errors;
  /** What of `passed` is shared: see `Bound`. Default: nothing. */
  shared?: Errors;
  /** How `own` comes about, for reports. */
  why: string;
  /** Whether `passed` has leaps: of a function with steps, by which its results are floats still. Default: false. */
  decides?: boolean;
}

/** One bound for each output; outputs beyond the last have none that is known. */
export type Rule = (rule: RuleCall) => OutputBound[];

/** Whether errors may all point one way: they are summed, not their squares. */
export function coherent({ rounding, steps, shared }: RuleCall): boolean {
  return rounding.model === "worst" || steps || shared.some((each) => each !== null);
}

/** `own` as a share of each output's magnitude. */
export function relativeTo(y: Value, share: number, absolute = 0): Errors {
  if (share === 0 && absolute === 0) return null;
  const data = y.data as Float64Array;
  const own = new Float64Array(data.length);
  for (let i = 0; i < own.length; i++) {
    const each = data[i] as number;
    // An infinity is exact; a NaN is NaN.
    own[i] = Number.isFinite(each) ? Math.abs(each) * share + absolute : 0;
  }
  return own;
}

export const EXACT = "moves or compares values: exact";
