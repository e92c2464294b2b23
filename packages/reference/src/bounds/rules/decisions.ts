/** Rules for operators that decide: a result may change where, and only where, the margin is within the inputs' errors. */
import { splitAtAxis } from "../../shapes.js";
import type { Value } from "../../value.js";
import { deviations, type Errors, numberAt, unbounded } from "../errors.js";
import { EXACT, type Rule } from "../rule.js";

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
        const may = k !== chosen && sign * numberAt(x.data, i) + (error[i] as number) >= best;
        if (may) passed[at] = Math.max(passed[at] as number, Math.abs(k - chosen));
      }
    }
    return [{ passed, own: null, why: DECISION }];
  };
}

/** Sorted values move by no more than the largest error; an index may change where its value is as near to another one. */
export const topK: Rule = ({ call, errors, outputs }) => {
  const [error] = errors;
  if (!error) return outputs.map(() => ({ passed: null, own: null, why: EXACT }));
  const x = call.input(0);
  const [values, indices] = outputs as [Value, Value];
  const axis = call.axis(call.int("axis", -1), x.dims.length);
  const { size, inner } = splitAtAxis(x.dims, axis);
  const kept = values.dims[axis] ?? 0;
  const valueErrors = new Float64Array(values.data.length);
  const indexErrors = new Float64Array(indices.data.length);
  for (let at = 0; at < values.data.length; at++) {
    const o = Math.floor(at / (kept * inner));
    const begin = o * size * inner + (at % inner);
    const chosen = numberAt(indices.data, at);
    const own = error[begin + chosen * inner] as number;
    for (let k = 0; k < size; k++) {
      const e = error[begin + k * inner] as number;
      valueErrors[at] = Math.max(valueErrors[at] as number, e);
      const margin = Math.abs(numberAt(x.data, begin + k * inner) - numberAt(values.data, at));
      if (k !== chosen && margin <= e + own) {
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
export const equal: Rule = ({ call, errors, outputs, run }) => {
  if (errors.every((each) => each === null)) return [{ passed: null, own: null, why: EXACT }];
  // Broadcasting is the operator's: a − b ∓ (e_a + e_b) by its own comparison of the intervals' ends.
  const [a, b] = [call.input(0), call.input(1)];
  const y = outputs[0] as Value;
  const mark = (e: Errors, x: Value) => ({
    ...x,
    data: Float64Array.from({ length: x.data.length }, (_, i) => (e?.[i] ? 1 : 0)),
    dtype: "float64" as const,
  });
  const zero = (x: Value) => ({ ...x, data: new Float64Array(x.data.length), dtype: "float64" as const });
  // An element is certain only where neither side has an error: stricter than the margin, and never wrong.
  const certainA = run([mark(errors[0] ?? null, a), zero(b)])[0] as Value;
  const certainB = run([zero(a), mark(errors[1] ?? null, b)])[0] as Value;
  const passed = Float64Array.from({ length: y.data.length }, (_, i) =>
    numberAt(certainA.data, i) === 1 && numberAt(certainB.data, i) === 1 ? 0 : 1,
  );
  return [{ passed, own: null, why: DECISION }];
};

/** Where: each branch's errors, and the distance of the branches where the condition may change. */
export const where: Rule = ({ call, errors, outputs, run }) => {
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
  return [{ passed, own: null, why: unsure ? DECISION : EXACT }];
};

/** Positions of maxima: exact for exact inputs; where they have errors, nothing is said. */
export const maxPool: (values: Rule) => Rule = (values) => (rule) => {
  const [value] = values(rule);
  const [, indices] = rule.outputs;
  const passed = indices && rule.errors[0] ? unbounded(indices.data.length) : null;
  return [...(value ? [value] : []), { passed, own: null, why: DECISION }];
};
