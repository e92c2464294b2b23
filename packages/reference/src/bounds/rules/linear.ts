/** Sums of products: convolutions, matrix products, means and sums. */
import { sizeOf } from "@congruent/core";
import type { Value } from "../../value.js";
import { asValue, type Errors, magnitudes, squared } from "../errors.js";
import type { OutputBound, Rule, RuleCall } from "../rule.js";

export interface Linear {
  /** Roundings behind one output element, as the WebNN tests count them. */
  roundings: (rule: RuleCall) => number;
  /** How the count comes about. */
  why: string;
  /** The inputs are terms of a sum, not factors of each other. */
  separate?: boolean;
  /** Every result is a mean of so many terms: their errors partly cancel. */
  meanOf?: (rule: RuleCall) => number;
}

/**
 * Operators that are linear in each input: |y' − y| ≤ k · Σ|x||w| for k roundings, and the inputs' errors pass through the same operator on
 * magnitudes. In the statistical model errors of the many terms are independent, so that their squares add up.
 */
export function linear({ roundings, why, meanOf, separate = false }: Linear): Rule {
  return (rule) => {
    const { rounding } = rule;
    const count = roundings(rule);
    const sums = magnitudeSums(rule);
    const share = rounding.of(count);
    const own = sums.map((sum) => sum * share + count * rounding.floor);
    const passed =
      rounding.model === "worst" ? worst(rule, sums) : statistical(rule, meanOf?.(rule) ?? 1, separate);
    return [
      {
        passed,
        own,
        why: `${count} roundings (${why}) of ${rounding.unit}, relative to the sum of magnitudes`,
      },
    ];
  };
}

/** Inputs that are summed over; others (axes, shapes) keep their place. */
function isOperand(x: Value | undefined): x is Value {
  return x !== undefined && x.data instanceof Float64Array;
}

/** Σ|x||w| with every input as large as its error allows. */
function magnitudeSums({ call, errors, run }: RuleCall): Float64Array {
  const large = call.inputs.map((x, i) => (isOperand(x) ? magnitudes(x, errors[i] ?? null) : x));
  return absolutes(run(large)[0] as Value);
}

/** Scale attributes (Gemm's alpha) may be negative. */
function absolutes({ data }: Value): Float64Array {
  return (data as Float64Array).map(Math.abs);
}

function worst({ call, errors, run }: RuleCall, sums: Float64Array): Errors {
  if (errors.every((each) => each === null)) return null;
  const plain = run(call.inputs.map((x) => (isOperand(x) ? magnitudes(x) : x)))[0] as Value;
  const least = absolutes(plain);
  return sums.map((sum, i) => sum - (least[i] as number));
}

/** √Σ(∂y/∂x · e)², one run of the operator on squares for each input that has errors. */
function statistical({ call, errors, run }: RuleCall, meanOf: number, separate: boolean): Errors {
  let total: Float64Array | null = null;
  errors.forEach((error, place) => {
    if (!error) return;
    // Terms without this input (a bias) pass none of its errors on.
    const inputs = call.inputs.map((x, position) => {
      if (!isOperand(x)) return x;
      if (position === place) return squared(asValue(x, error));
      return separate || isTerm(place, position)
        ? { ...x, data: new Float64Array(x.data.length) }
        : squared(magnitudes(x, errors[position] ?? null));
    });
    const squares = absolutes(run(inputs)[0] as Value);
    total = total ? total.map((sum, i) => sum + (squares[i] as number)) : squares;
  });
  return total && (total as Float64Array).map((sum) => Math.sqrt(sum / meanOf));
}

/** The third input of a convolution or a Gemm is a term of its own; the first two are factors of each other. */
function isTerm(place: number, position: number): boolean {
  return (place === 2) !== (position === 2);
}

/** Elements of the filter behind one output: channels per group times the kernel's area. */
export function filterSize({ call }: RuleCall): number {
  const [, ...rest] = call.input(1).dims;
  return sizeOf(rest);
}

/** Of a transposed convolution: the input's channels per group times the kernel's area. */
export function transposedFilterSize({ call }: RuleCall): number {
  const [channels = 1, , ...kernel] = call.input(1).dims;
  return (channels / call.int("group", 1)) * sizeOf(kernel);
}

export function innerSize({ call }: RuleCall): number {
  return call.input(0).dims.at(-1) ?? 1;
}

export function gemmInnerSize({ call }: RuleCall): number {
  return call.input(0).dims[call.int("transA", 0) !== 0 ? 0 : 1] ?? 1;
}

/** Elements that are reduced to one. */
export function reducedSize({ call, outputs }: RuleCall): number {
  const results = outputs[0]?.data.length ?? 0;
  return results === 0 ? 1 : call.input(0).data.length / results;
}

/** Terms of an Einsum: all index sizes that the result does not have. */
export function contractedSize({ call, outputs }: RuleCall): number {
  const sizes = new Map<string, number>();
  const [terms = ""] = call.string("equation", "").replaceAll(" ", "").split("->");
  terms.split(",").forEach((term, position) => {
    const dims = call.inputs[position]?.dims ?? [];
    for (const [axis, letter] of [...term.replace("...", "")].entries()) sizes.set(letter, dims[axis] ?? 1);
  });
  const all = sizeOf([...sizes.values()]);
  return Math.max(1, all / Math.max(1, outputs[0]?.data.length ?? 1));
}

export function windowSize({ call }: RuleCall): number {
  return sizeOf(call.ints("kernel_shape") ?? []);
}

/** Sums of powers: they grow with magnitudes, so that the largest arguments give the largest error. */
export function growing(roundings: (n: number) => number, why: string): Rule {
  return (rule) => {
    const { call, errors, outputs, run, rounding } = rule;
    const y = outputs[0] as Value;
    const large = run(
      call.inputs.map((x, i) => (isOperand(x) ? magnitudes(x, errors[i] ?? null) : x)),
    )[0] as Value;
    const count = roundings(reducedSize(rule));
    const share = rounding.of(count);
    const plain = run(call.inputs.map((x) => (isOperand(x) ? magnitudes(x) : x)))[0] as Value;
    const most = absolutes(large);
    const least = absolutes(plain);
    const passed = errors[0] ? most.map((each, i) => each - (least[i] as number)) : null;
    const bound: OutputBound = {
      passed,
      own: most.map((each) => each * share + count * rounding.floor),
      why: `${count} roundings (${why}) of ${rounding.unit}, relative to the sum of magnitudes`,
    };
    return y.data.length === most.length ? [bound] : [];
  };
}
