/** Rules for operators that decide: a result may change where, and only where, the margin is within the inputs' errors. */

import { zip } from "../../elementwise.js";
import { splitAtAxis } from "../../shapes.js";
import { isFloat, type Value } from "../../value.js";
import { asValue, deviations, type Errors, FAR, numberAt, shifted, unbounded } from "../errors.js";
import { EXACT, type Rule } from "../rule.js";
import { sharedElementwise } from "../shared.js";
import { linesOf } from "./softmax.js";

const DECISION = "a decision: may change where the margin is within the inputs' errors";

/** ArgMax and ArgMin: the farthest index whose element may be the extreme one. */
export function argExtreme(sign: 1 | -1): Rule {
  return ({ call, errors, outputs }) => {
    const [error] = errors;
    if (!error) return [{ passed: null, own: null, why: EXACT }];
    const x = call.input(0);
    const y = outputs[0] as Value;
    const axis = call.axis(call.int("axis", 0), x.dims.length);
    const { outer, size, inner } = splitAtAxis(x.dims, axis);
    const passed = new Float64Array(y.data.length);
    for (let at = 0; at < outer * inner; at++) {
      const begin = Math.floor(at / inner) * size * inner + (at % inner);
      const chosen = numberAt(y.data, at);
      const best =
        sign * numberAt(x.data, begin + chosen * inner) - (error[begin + chosen * inner] as number);
      for (let k = 0; k < size; k++) {
        const i = begin + k * inner;
        const unsure = (error[i] as number) + (error[begin + chosen * inner] as number) > 0;
        // Of equal elements without errors the index decides, everywhere alike.
        const may = k !== chosen && unsure && sign * numberAt(x.data, i) + (error[i] as number) >= best;
        if (may) passed[at] = Math.max(passed[at] as number, Math.abs(k - chosen));
      }
    }
    return [{ passed, own: null, why: DECISION, decides: true }];
  };
}

/**
 * The k-th largest value lies between the k-th largest of all lower ends and that of all upper ends; an index may change where its value
 * is as near to another one as both errors.
 */
export const topK: Rule = ({ call, errors, outputs, run }) => {
  const [error] = errors;
  if (errors[1]) return outputs.map((y) => ({ passed: unbounded(y.data.length), own: null, why: DECISION }));
  if (!error) return outputs.map(() => ({ passed: null, own: null, why: EXACT }));
  const x = call.input(0);
  const [values, indices] = outputs as [Value, Value];
  const axis = call.axis(call.int("axis", -1), x.dims.length);
  const { size, inner } = splitAtAxis(x.dims, axis);
  const kept = values.dims[axis] ?? 0;
  const ends = ([1, -1] as const).map(
    (sign) => run([shifted(x, error, sign, FAR), ...call.inputs.slice(1)])[0] as Value,
  );
  const valueErrors = deviations(ends, values).map((e) => (e < FAR / 4 ? e : Number.POSITIVE_INFINITY));
  const indexErrors = new Float64Array(indices.data.length);
  for (let at = 0; at < values.data.length; at++) {
    const o = Math.floor(at / (kept * inner));
    const begin = o * size * inner + (at % inner);
    const chosen = numberAt(indices.data, at);
    const own = error[begin + chosen * inner] as number;
    for (let k = 0; k < size; k++) {
      const e = error[begin + k * inner] as number;
      const margin = Math.abs(numberAt(x.data, begin + k * inner) - numberAt(values.data, at));
      // What has no errors is ordered by its index everywhere.
      if (k !== chosen && e + own > 0 && margin <= e + own) {
        indexErrors[at] = Math.max(indexErrors[at] as number, Math.abs(k - chosen));
      }
    }
  }
  return [
    { passed: valueErrors, own: null, why: EXACT },
    { passed: indexErrors, own: null, why: DECISION },
  ];
};

/** Equal: decided the other way where the intervals meet, unless both are points. */
export const equal: Rule = ({ call, errors }) => {
  if (errors.every((each) => each === null)) return [{ passed: null, own: null, why: EXACT }];
  const [a, b] = [call.input(0), call.input(1)];
  if (a.dtype === "string") return [{ passed: null, own: null, why: EXACT }];
  const wide = (x: Value): Value => ({
    ...x,
    dtype: "float64",
    data: Float64Array.from({ length: x.data.length }, (_, i) => numberAt(x.data, i)),
  });
  const distances = zip<number, number>(wide(a), wide(b), "float64", (p, q) => Math.abs(p - q)).data;
  const margins = zip<number, number>(
    asValue(a, errors[0] ?? null),
    asValue(b, errors[1] ?? null),
    "float64",
    (p, q) => p + q,
  ).data;
  const passed = Float64Array.from(margins as Float64Array, (margin, i) =>
    margin > 0 && !(numberAt(distances, i) > margin) ? 1 : 0,
  );
  return [{ passed, own: null, why: DECISION, decides: true }];
};

/** One at the largest element, zero elsewhere: both change where two are as near as their errors. */
export const hardmax: Rule = (rule) => {
  const [error] = rule.errors;
  if (!error) return [{ passed: null, own: null, why: EXACT }];
  const x = rule.call.floats(0).data;
  const y = rule.outputs[0]?.data as Float64Array;
  const passed = new Float64Array(y.length);
  for (const { begin, step, count } of linesOf(rule)) {
    const places = Array.from({ length: count }, (_, k) => begin + k * step);
    const chosen = places.find((i) => y[i] === 1) ?? begin;
    for (const i of places) {
      const margin = (error[i] as number) + (error[chosen] as number);
      if (i === chosen || margin === 0 || (x[chosen] as number) - (x[i] as number) > margin) continue;
      passed[i] = 1;
      passed[chosen] = 1;
    }
  }
  return [{ passed, own: null, why: DECISION, decides: true }];
};

/** Which elements are not zero decides the number of results as well: known where no element with an error may be zero. */
export const nonZero: Rule = ({ call, errors, outputs }) => {
  const [error] = errors;
  const x = call.input(0);
  const sure = !error || error.every((e, i) => e === 0 || Math.abs(numberAt(x.data, i)) > e);
  return outputs.map((y) => ({ passed: sure ? null : unbounded(y.data.length), own: null, why: DECISION }));
};

/** A remainder leaps by the divisor where the quotient may be on the other side of a whole number. */
export const modulo: Rule = ({ call, errors, outputs, rounding }) => {
  const y = outputs[0] as Value;
  const exact = errors.every((each) => each === null);
  if (exact && !isFloat(y.dtype)) return [{ passed: null, own: null, why: EXACT }];
  const [a, b] = [call.input(0), call.input(1)];
  const wide = (x: Value): Value => ({
    ...x,
    dtype: "float64",
    data: Float64Array.from({ length: x.data.length }, (_, i) => numberAt(x.data, i)),
  });
  const divided = zip<number, number>(wide(a), wide(b), "float64", (p, q) => Math.abs(p / q)).data;
  const divisors = zip<number, number>(wide(a), wide(b), "float64", (_, q) => Math.abs(q)).data;
  const spread = (at: 0 | 1) =>
    zip<number, number>(
      at === 0 ? asValue(a, errors[0] ?? null) : { ...wide(a), data: new Float64Array(a.data.length) },
      at === 1 ? asValue(b, errors[1] ?? null) : { ...wide(b), data: new Float64Array(b.data.length) },
      "float64",
      (p, q) => p + q,
    ).data;
  const [moveA, moveB] = [spread(0), spread(1)];
  const passed = Float64Array.from({ length: y.data.length }, (_, i) => {
    const [quotient, divisor] = [numberAt(divided, i), numberAt(divisors, i)];
    // fmod is exact; what is written as a − b · floor(a / b) rounds quotient, product and difference.
    const rounds = isFloat(y.dtype) ? 4 * rounding.unit * quotient : 0;
    const through = numberAt(moveA, i) + (quotient + 1) * numberAt(moveB, i) + rounds * divisor;
    const margin = through / divisor + rounds;
    const leaps = margin > 0 && !(Math.abs(quotient - Math.round(quotient)) > margin);
    if (leaps && numberAt(y.data, i) === 0 && exact) return 0;
    return leaps ? divisor + through : through;
  });
  return [{ passed, own: null, why: DECISION, decides: true }];
};

/** Where: each branch's errors, and the distance of the branches where the condition may change. */
export const where: Rule = (rule) => {
  const { call, errors, outputs, run } = rule;
  const [condition, a, b] = [call.input(0), call.input(1), call.input(2)];
  const y = outputs[0] as Value;
  const as = (x: Value, e: Errors) => ({
    ...x,
    dtype: "float64" as const,
    data: e ?? new Float64Array(x.data.length),
  });
  let passed: Float64Array | null = null;
  if (errors[1] || errors[2]) {
    passed = run([condition, as(a, errors[1] ?? null), as(b, errors[2] ?? null)])[0]?.data as Float64Array;
  }
  const [unsure] = errors;
  if (unsure) {
    if (a.dtype === "string") return [{ passed: unbounded(y.data.length), own: null, why: DECISION }];
    const flipped = {
      ...condition,
      data: (condition.data as Uint8Array).map((c, i) => (unsure[i] ? 1 - c : c)),
    };
    const other = deviations(run([flipped, a, b]), y);
    const through = run([flipped, as(a, errors[1] ?? null), as(b, errors[2] ?? null)])[0]
      ?.data as Float64Array;
    passed = other.map((d, i) => Math.max(passed?.[i] ?? 0, d + (d > 0 ? (through[i] as number) : 0)));
  }
  // In a branch that is broadcast one error has a part in many elements.
  const shared = unsure ? null : sharedElementwise(rule);
  return [{ passed, own: null, why: unsure ? DECISION : EXACT, decides: Boolean(unsure), shared }];
};

/** Positions of maxima: exact for exact inputs; where they have errors, nothing is said. */
export const maxPool: (values: Rule) => Rule = (values) => (rule) => {
  const [value] = values(rule);
  const [, indices] = rule.outputs;
  const passed = indices && rule.errors[0] ? unbounded(indices.data.length) : null;
  return [...(value ? [value] : []), { passed, own: null, why: DECISION }];
};
