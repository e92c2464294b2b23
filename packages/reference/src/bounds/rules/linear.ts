/** Sums of products: convolutions, matrix products, means and sums. */
import { sizeOf } from "@congruent/core";
import type { Value } from "../../value.js";
import { added, asValue, type Errors, magnitudes, squared } from "../errors.js";
import { CONFIDENCE } from "../rounding.js";
import { coherent, type OutputBound, type Rule, type RuleCall } from "../rule.js";
import { inDoubles } from "./in-doubles.js";

export interface Linear {
  /** Roundings behind one output element, as the WebNN tests count them. */
  roundings: (rule: RuleCall) => number;
  /** Terms of each sum. Default: one for each rounding. */
  terms?: (rule: RuleCall) => number;
  /** How the count comes about. */
  why: string;
  /** The inputs are terms of a sum, not factors of each other. */
  separate?: boolean;
  /** The operator on non-negative inputs, or on their squares (power 2), where its attributes may have signs. */
  evaluate?: Evaluate;
  /** What some algorithm makes of the sums of squared terms. */
  algorithm?: (rule: RuleCall, squares: Float64Array) => Float64Array;
  /** Every result is a mean of this many terms: their errors partly cancel. */
  meanOf?: (rule: RuleCall) => number;
}

type Evaluate = (rule: RuleCall, inputs: readonly (Value | undefined)[], power: 1 | 2) => Float64Array;

const plainly: Evaluate = ({ run }, inputs) => run(inputs)[0]?.data as Float64Array;

/** alpha · A · B + beta · C with the factors' magnitudes: of opposite signs the terms would cancel. */
export const gemmMagnitudes: Evaluate = ({ call, run }, inputs, power) => {
  const [a, b, c] = inputs as [Value, Value, Value | undefined];
  const [alpha, beta] = [call.float("alpha", 1), call.float("beta", 1)].map(Math.abs) as [number, number];
  // The operator multiplies by alpha once; squares want it twice.
  const product = run([a, b])[0]?.data as Float64Array;
  const scaled = product.map((sum) => Math.abs(sum) * (power === 2 ? alpha : 1));
  if (!c) return scaled;
  const none = { ...a, data: new Float64Array(a.data.length) };
  const terms = run([none, b, c])[0]?.data as Float64Array;
  return scaled.map((sum, i) => sum + Math.abs(terms[i] as number) * (power === 2 ? beta : 1));
};

/**
 * Operators that are linear in each input. In the worst case |y' − y| ≤ k · Σ|x||w| for k roundings, and the inputs' errors pass through the
 * same operator on magnitudes. In the statistical model partial sums are what is rounded (`Rounding.sum`), and errors of the many terms are
 * independent, so that their squares add up.
 */
export function linear({
  roundings,
  terms,
  why,
  meanOf,
  separate = false,
  evaluate = plainly,
  algorithm = (_, squares) => squares,
}: Linear): Rule {
  return inDoubles((rule) => {
    const count = roundings(rule);
    const passing = { meanOf: meanOf?.(rule) ?? 1, separate, evaluate };
    const worst = rule.rounding.model === "worst";
    const plain = separate || rule.call.inputs.filter(isOperand).length === 1;
    const sums = worst || rule.steps || plain ? magnitudeSums(rule, evaluate) : null;
    const shared = worst || rule.steps ? null : sharedSum(rule, passing);
    const passed = added(passedOn(rule, sums, passing), shared);
    return [
      worst && sums
        ? {
            passed,
            own: ownWorst(rule, sums, count),
            why: `${count} roundings (${why}) of ${rule.rounding.unit}, relative to the sum of magnitudes`,
          }
        : {
            passed,
            // Factors of either sign know nothing of what is common to what they multiply, so that their sums have little of it in common.
            shared: plain ? shared : null,
            own: ownStatistical(rule, passed, {
              ...passing,
              algorithm,
              terms: terms?.(rule) ?? count,
              most: plain ? sums?.map((sum) => sum * count * rule.rounding.unit) : undefined,
            }),
            why: `a sum of ${terms?.(rule) ?? count} terms in any order, each rounded to ${rule.rounding.unit}`,
          },
    ];
  });
}

function ownWorst({ rounding }: RuleCall, sums: Float64Array, count: number): Float64Array {
  const share = rounding.of(count);
  return sums.map((sum) => sum * share + count * rounding.floor);
}

/** Σt² by the operator on squares of what it multiplies, each as large as its error allows. */
function ownStatistical(
  rule: RuleCall,
  passed: Errors,
  {
    meanOf,
    evaluate,
    algorithm,
    terms,
    most,
  }: Passing & Required<Pick<Linear, "algorithm">> & { terms: number; most: Float64Array | undefined },
): Float64Array {
  const { call, errors, outputs, rounding } = rule;
  const inputs = call.inputs.map((x, i) => (isOperand(x) ? squared(magnitudes(x, errors[i] ?? null)) : x));
  const squares = algorithm(rule, evaluate(rule, inputs, 2));
  const y = outputs[0]?.data as Float64Array;
  return squares.map((each, i) => {
    const sum = Math.abs(y[i] as number) + (passed?.[i] ?? 0);
    const own = rounding.sum({
      terms,
      sum: Number.isFinite(sum) ? sum : 0,
      squares: each / meanOf,
      plain: most !== undefined,
    });
    return Math.min(own, most?.[i] ?? own) + (own > 0 || each > 0 ? terms * rounding.floor : 0);
  });
}

interface Passing {
  meanOf: number;
  separate: boolean;
  evaluate: Evaluate;
}

/** Steps are summed as if all pointed one way, but no more than `CONFIDENCE` standard deviations of directions that are drawn. */
function passedOn(rule: RuleCall, sums: Float64Array | null, passing: Passing): Errors {
  if (sums && rule.rounding.model === "worst") return worst(rule, sums, passing.evaluate);
  const independent = statistical(rule, passing);
  if (!rule.steps || !sums || !independent) return independent;
  const most = worst(rule, sums, passing.evaluate);
  return independent.map((each, i) => Math.min(each * CONFIDENCE, most?.[i] ?? each));
}

/** Inputs that are summed over; others (axes, shapes) keep their place. */
function isOperand(x: Value | undefined): x is Value {
  return x !== undefined && x.data instanceof Float64Array;
}

/** Σ|x||w| with every input as large as its error allows. */
function magnitudeSums(rule: RuleCall, evaluate: Evaluate): Float64Array {
  const { call, errors } = rule;
  return evaluate(
    rule,
    call.inputs.map((x, i) => (isOperand(x) ? magnitudes(x, errors[i] ?? null) : x)),
    1,
  );
}

function worst(rule: RuleCall, sums: Float64Array, evaluate: Evaluate): Errors {
  const { call, errors } = rule;
  if (errors.every((each) => each === null)) return null;
  const least = evaluate(
    rule,
    call.inputs.map((x) => (isOperand(x) ? magnitudes(x) : x)),
    1,
  );
  return sums.map((sum, i) => sum - (least[i] as number));
}

/** √Σ(∂y/∂x · e)², one run of the operator on squares for each input that has errors. */
function statistical(rule: RuleCall, { meanOf, separate, evaluate }: Passing): Errors {
  const { errors, shared, steps } = rule;
  let total: Float64Array | null = null;
  errors.forEach((error, place) => {
    if (!error) return;
    const common = steps ? null : (shared[place] ?? null);
    const inputs = onlyThrough(rule, place, separate, (x, position) =>
      squared(
        position === place
          ? asValue(x, common ? error.map((each, i) => each - (common[i] as number)) : error)
          : magnitudes(x, errors[position] ?? null),
      ),
    );
    const squares = evaluate(rule, inputs, 2);
    total = total ? total.map((sum, i) => sum + (squares[i] as number)) : squares;
  });
  return total && (total as Float64Array).map((sum) => Math.sqrt(sum / meanOf));
}

/** The operands with nothing in place of terms without one of them (a bias), which pass none of its errors on. */
function onlyThrough(
  { call }: RuleCall,
  place: number,
  separate: boolean,
  change: (x: Value, position: number) => Value,
): (Value | undefined)[] {
  return call.inputs.map((x, position) => {
    if (!isOperand(x)) return x;
    const left = position !== place && (separate || isTerm(place, position));
    return left ? { ...x, data: new Float64Array(x.data.length) } : change(x, position);
  });
}

/** Σ|w|s: errors with one cause may all point one way. */
function sharedSum(rule: RuleCall, { separate, evaluate }: Pick<Passing, "separate" | "evaluate">): Errors {
  return rule.shared.reduce((all: Errors, common, place) => {
    if (!common) return all;
    const inputs = onlyThrough(rule, place, separate, (x, position) =>
      position === place ? asValue(x, common) : magnitudes(x, rule.errors[position] ?? null),
    );
    return added(all, evaluate(rule, inputs, 1));
  }, null);
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

/** Terms of every mean; 1 where windows at the border have fewer. */
export function wholeWindowSize(rule: RuleCall): number {
  const { call } = rule;
  const whole =
    call.int("ceil_mode", 0) === 0 &&
    ["NOTSET", "VALID"].includes(call.string("auto_pad", "NOTSET")) &&
    (call.int("count_include_pad", 0) === 1 || (call.ints("pads") ?? []).every((pad) => pad === 0));
  return whole ? windowSize(rule) : 1;
}

/** Terms of the longest cumulative sum. */
export function cumulatedSize({ call }: RuleCall): number {
  const { dims } = call.input(0);
  return dims[call.axis(call.numbers(1)[0] ?? 0, dims.length)] ?? 1;
}

/** Sums of magnitudes or products: they grow with magnitudes, so that the largest arguments give the largest error. */
export function growing(roundings: (n: number) => number, why: string): Rule {
  return inDoubles((rule) => {
    const { call, errors, outputs, run, rounding } = rule;
    const y = outputs[0] as Value;
    const large = run(
      call.inputs.map((x, i) => (isOperand(x) ? magnitudes(x, errors[i] ?? null) : x)),
    )[0] as Value;
    const count = roundings(reducedSize(rule));
    const share = rounding.of(count);
    const most = large.data as Float64Array;
    const passed = errors[0] ? grown(rule, most) : null;
    const bound: OutputBound = {
      passed,
      own: most.map((each) => each * share + count * rounding.floor),
      why: `${count} roundings (${why}) of ${rounding.unit}, relative to the sum of magnitudes`,
    };
    return y.data.length === most.length ? [bound] : [];
  });
}

function grown({ call, run }: RuleCall, most: Float64Array): Float64Array {
  const plain = run(call.inputs.map((x) => (isOperand(x) ? magnitudes(x) : x)))[0] as Value;
  return most.map((each, i) => each - ((plain.data as Float64Array)[i] as number));
}

/**
 * Σx², and its root: terms x² of one sign, so that the sum is rounded relative to itself; errors of x pass as 2xe, independent of each
 * other.
 */
export function sumOfSquares(root: boolean): Rule {
  const byMagnitudes = growing((n) => 2 * n + 1, "2n + 1, the WebNN tests");
  return inDoubles((rule) => {
    const { call, errors, outputs, run, rounding } = rule;
    if (coherent(rule)) return byMagnitudes(rule);
    const x = call.input(0);
    const data = x.data as Float64Array;
    const y = outputs[0]?.data as Float64Array;
    const terms = reducedSize(rule);
    // The operator itself sums the squares that it is given the roots of.
    const sums = (values: Float64Array) => {
      const found = run([{ ...x, data: values }, ...call.inputs.slice(1)])[0]?.data as Float64Array;
      return root ? found.map((each) => each * each) : found;
    };
    const fourths = sums(data.map((each) => each * each));
    const [error = null] = errors;
    const crossed = error && sums(data.map((each, i) => each * (error[i] as number)));
    const second = error && sums(error);
    const passed = crossed && second && crossed.map((each, i) => 2 * Math.sqrt(each) + (second[i] as number));
    const own = y.map((each, i) => {
      const sum = root ? each * each : each;
      return (
        rounding.sum({ terms, sum, squares: fourths[i] as number, plain: true }) + terms * rounding.floor
      );
    });
    const why = `a sum of ${terms} squares${root ? ", and its root: 3.2 ULP" : ""}`;
    if (!root) return [{ passed, own, why }];
    return [
      {
        passed: passed ? passed.map((each, i) => rootOf(each, y[i] as number)) : null,
        own: own.map((each, i) => rootOf(each, y[i] as number) + rounding.ulps(3.2) * (y[i] as number)),
        why,
      },
    ];
  });
}

/** How far √(y² ± e) may be from y: e / 2y, and √e where y is small. */
function rootOf(error: number, y: number): number {
  if (error === 0) return 0;
  return error < y * y ? y - Math.sqrt(y * y - error) : Math.sqrt(error) + y;
}
