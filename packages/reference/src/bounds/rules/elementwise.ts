/** Rules for functions whose extremes on an interval are known from few points. */
import { isFloat, type Value } from "../../value.js";
import { deviations, type Errors, FAR, shifted } from "../errors.js";
import { EXACT, type OutputBound, type Rule, type RuleCall, relativeTo } from "../rule.js";
import { sharedElementwise } from "../shared.js";

/** How accurate a function's own evaluation is. */
export interface Accuracy {
  /** Units in the last place of the result. */
  ulps?: number;
  /** The same, where it depends on the argument (of the first input). */
  ulpsAt?: (x: number) => number;
  /** Absolute, in multiples of the type's unit roundoff: where small results come from large terms. */
  absolute?: number;
  /** The same, where it depends on argument and result. */
  absoluteAt?: (x: number, y: number) => number;
  /** Where the numbers are from. */
  source?: string;
  /** The function has steps: where an interval reaches one, the result leaps. */
  leaps?: boolean;
}

function withOwn(
  passed: Errors,
  rule: RuleCall,
  { ulps = 0, ulpsAt, absolute = 0, absoluteAt, source, leaps = false }: Accuracy,
): OutputBound {
  const { call, outputs, rounding } = rule;
  const y = outputs[0] as Value;
  const shared = passed && !leaps ? sharedElementwise(rule) : null;
  if ((ulps === 0 && absolute === 0 && !ulpsAt && !absoluteAt) || rounding.unit === 0)
    return { passed, own: null, why: EXACT, decides: leaps, shared };
  const result = y.data as Float64Array;
  const own = relativeTo(y, rounding.ulps(ulps), absolute * rounding.unit) ?? new Float64Array(result.length);
  addUnderflow(own, result, passed, rounding.floor);
  if (ulpsAt || absoluteAt) {
    const x = call.input(0).data as Float64Array;
    for (let i = 0; i < own.length; i++) {
      const [from, to] = [x[i] as number, result[i] as number];
      const more =
        (ulpsAt ? rounding.ulps(ulpsAt(from)) * Math.abs(to) : 0) +
        (absoluteAt ? absoluteAt(from, to) * rounding.unit : 0);
      if (Number.isFinite(more)) own[i] = (own[i] as number) + more;
    }
  }
  const parts = [
    ...(ulps > 0 || ulpsAt ? [`${ulpsAt ? `${ulps} + ${"f(|x|)"}` : ulps} ULP of the result`] : []),
    ...(absolute > 0 || absoluteAt ? [`${absoluteAt ? "f(x)" : absolute} x ${rounding.unit} absolute`] : []),
  ];
  return { passed, own, why: parts.join(" + ") + (source ? ` (${source})` : ""), shared };
}

/**
 * ULP are relative to results that are normal numbers. Below, rounding is absolute and a runtime may flush to zero: where a result can
 * lie there, the smallest normal number is allowed for as well (Higham, "Accuracy and Stability of Numerical Algorithms", section 2.8).
 * Zero of exact inputs stays exact.
 */
function addUnderflow(own: Float64Array, y: Float64Array, passed: Errors, floor: number): void {
  for (let i = 0; i < own.length; i++) {
    const size = Math.abs(y[i] as number);
    const moved = passed ? (passed[i] as number) : 0;
    if (size - moved < floor && size + moved > 0) own[i] = (own[i] as number) + floor;
  }
}

function spread({ call, outputs, errors, run }: RuleCall, signs: readonly (readonly (1 | -1)[])[]): Errors {
  const unknown = isFloat((outputs[0] as Value).dtype) ? Number.NaN : FAR;
  const results = signs.map((each) => {
    const inputs = call.inputs.map(
      (x, position) => x && shifted(x, errors[position] ?? null, each[position] as 1 | -1, unknown),
    );
    return run(inputs)[0] as Value;
  });
  return deviations(results, outputs[0] as Value);
}

/** Functions that never fall when an input rises: the ends of all intervals together give the ends of the result's. */
export function increasing(accuracy: Accuracy = {}): Rule {
  return (rule) => {
    const { errors, call } = rule;
    const all = (sign: 1 | -1) => call.inputs.map(() => sign);
    const passed = errors.every((each) => each === null) ? null : spread(rule, [all(1), all(-1)]);
    return [withOwn(passed, rule, accuracy)];
  };
}

/** Functions that rise or fall in each input alone: the corners of the box of intervals give the ends. */
export function corners(accuracy: Accuracy = {}): Rule {
  return (rule) => {
    const { errors, call } = rule;
    let signs: (1 | -1)[][] = [[]];
    call.inputs.forEach((_, position) => {
      const here: (1 | -1)[] = errors[position] ? [1, -1] : [1];
      signs = signs.flatMap((before) => here.map((sign): (1 | -1)[] => [...before, sign]));
    });
    const passed = signs.length === 1 ? null : spread(rule, signs);
    return [withOwn(passed, rule, accuracy)];
  };
}

/** Functions of one number that change at most `slope` times as fast as their argument. */
export function lipschitz(slope: number | ((rule: RuleCall) => number), accuracy: Accuracy = {}): Rule {
  return (rule) => {
    const [errors] = rule.errors;
    const factor = typeof slope === "number" ? slope : slope(rule);
    const passed = errors ? errors.map((e) => e * factor) : null;
    return [withOwn(passed, rule, accuracy)];
  };
}

/** Functions that fall to one least value and rise after it: the ends of an interval, and that place where it lies inside, give its ends. */
export function turning(at: number | ((rule: RuleCall) => number), accuracy: Accuracy = {}): Rule {
  return (rule) => {
    const { call, errors, outputs, run } = rule;
    const [error = null] = errors;
    if (!error) return [withOwn(null, rule, accuracy)];
    const x = call.floats(0);
    const least = typeof at === "number" ? at : at(rule);
    const inside = x.data.map((each, i) => {
      const e = error[i] as number;
      return Math.max(each - e, Math.min(each + e, least));
    });
    const points = [shifted(x, error, 1), shifted(x, error, -1), { ...x, data: inside }];
    const ends = points.map((point) => run([point, ...call.inputs.slice(1)])[0] as Value);
    return [withOwn(deviations(ends, outputs[0] as Value), rule, accuracy)];
  };
}

/** A denominator whose interval contains zero leaves nothing to say. */
export const division: Rule = (rule) => {
  const [bound] = corners({ ulps: 2.5, source: "WGSL, section 15.7.4: division" })(rule) as [OutputBound];
  return [poles(rule, bound, 1)];
};

export const reciprocal: Rule = (rule) => {
  const [bound] = corners({ ulps: 2.5, source: "WGSL, section 15.7.4: division" })(rule) as [OutputBound];
  return [poles(rule, bound, 0)];
};

function poles({ call, errors, outputs, run }: RuleCall, bound: OutputBound, position: number): OutputBound {
  const near = errors[position];
  const x = call.inputs[position];
  if (!near || !x || !bound.passed) return bound;
  // Zero where an interval contains zero, broadcast by the operator itself: 1 / 0 is infinite, 1 / 1 is not.
  const flags = Float64Array.from(near, (e, i) => (Math.abs(Number(x.data[i])) <= e ? 0 : 1));
  const ones = call.inputs.map(
    (each, at) =>
      each && { ...each, data: at === position ? flags : new Float64Array(each.data.length).fill(1) },
  );
  const marks = run(ones)[0]?.data as Float64Array;
  const passed = bound.passed.map((e, i) => (Number.isFinite(marks[i]) ? e : Number.POSITIVE_INFINITY));
  return { ...bound, passed: passed.length === outputs[0]?.data.length ? passed : bound.passed };
}

/**
 * exp2(y · log2(x)) by WGSL: exp2 3 + 2|y · log2(x)| ULP; log2 3 ULP, and 2^-21 absolutely between 0.5 and 2. Where the exponents differ, the
 * 32 ULP of the WebNN tests.
 */
function accuracyOfPower({ call }: RuleCall): Accuracy {
  const exponents = call.input(1);
  if (exponents.data.length !== 1) return { ulps: 32, source: "the WebNN tests: pow" };
  const exponent = Math.abs(Number(exponents.data[0]));
  const ulpsAt = (x: number) => {
    const log = Math.abs(Math.log2(Math.abs(x)));
    return Number.isFinite(log) ? 2 * exponent * log + (Math.LN2 * exponent * Math.max(8, 6 * log)) / 2 : 0;
  };
  return { ulps: 3, ulpsAt, source: "exp2(y log2(x)), WGSL" };
}

/** Even powers of an interval around zero have their least value inside it. */
export const power: Rule = (rule) => {
  const [bound] = corners(accuracyOfPower(rule))(rule) as [OutputBound];
  const [near] = rule.errors;
  if (!near || !bound.passed) return [bound];
  const zeros = {
    ...rule.call.input(0),
    data: Float64Array.from(near, (e, i) => {
      const x = Number(rule.call.input(0).data[i]);
      return Math.abs(x) <= e ? 0 : x;
    }),
  };
  const inside = deviations(rule.run([zeros, rule.call.input(1)]), rule.outputs[0] as Value);
  return [{ ...bound, passed: bound.passed.map((e, i) => Math.max(e, inside[i] as number)) }];
};
