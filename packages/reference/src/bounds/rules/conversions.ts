/** Rules for changes of type. */
import { roundHalfToEven } from "../../half.js";
import { isFloat, type Value, type ValueDType } from "../../value.js";
import { deviations, type Errors, FAR, numberAt, shifted, unbounded } from "../errors.js";
import { roundingOf } from "../rounding.js";
import { EXACT, type Rule } from "../rule.js";

/** Types whose every number the target has too. */
const holds: Readonly<Partial<Record<ValueDType, readonly ValueDType[]>>> = {
  float64: ["float16", "bfloat16", "float32", "float64"],
  float32: ["float16", "bfloat16", "float32"],
  float16: ["float16"],
  bfloat16: ["bfloat16"],
};

/** A cast is exact where the target has the number; a narrower type rounds, and integers and booleans decide. */
export const cast: Rule = ({ call, errors, outputs, run, rounding }) => {
  const x = call.input(0);
  const y = outputs[0] as Value;
  const [error = null] = errors;
  const unknown = isFloat(y.dtype) ? Number.NaN : FAR;
  const ends = error ? [shifted(x, error, 1, unknown), shifted(x, error, -1, unknown)] : [];
  // Nothing but zero itself is false: it may lie between two ends that are both true.
  if (error && y.dtype === "bool") ends.push(throughZero(x, error));
  const passed = error
    ? deviations(
        ends.map((moved) => run([moved, ...call.inputs.slice(1)])[0] as Value),
        y,
      )
    : null;
  if (!isFloat(y.dtype) || holds[y.dtype]?.includes(x.dtype)) return [{ passed, own: null, why: EXACT }];
  // The reference rounds as well, to the nearest: only a runtime that flushes subnormal numbers is elsewhere.
  const own = Float64Array.from({ length: y.data.length }, (_, i) => {
    const size = Math.abs(numberAt(y.data, i));
    return size < rounding.floor && (size > 0 || (error?.[i] ?? 0) > 0) ? rounding.floor : 0;
  });
  return [{ passed, own, why: `rounded to the nearest ${y.dtype}: may differ near a tie`, decides: true }];
};

function throughZero(x: Value, error: Float64Array): Value {
  const data = Float64Array.from(error, (e, i) => (Math.abs(numberAt(x.data, i)) <= e ? 0 : 1));
  return { ...x, dtype: "float64", data };
}

/** What a division by the scale may be off before it is rounded: 2.5 ULP by WGSL, and an ULP of the scale's conversion. */
const QUOTIENT = 8;

/** The unit of a quotient: that of its type; integers are divided as float32. */
function quotientUnit(...values: readonly (Value | undefined)[]): number {
  return Math.max(
    2 ** -24,
    ...values.map((x) => (x && isFloat(x.dtype) ? roundingOf(x.dtype, "worst").unit : 0)),
  );
}

/** Dividing by a power of two rounds nothing: a tie is a tie everywhere. */
function isPowerOfTwo(scale: number): boolean {
  return scale > 0 && Number.isInteger(Math.log2(scale));
}

/**
 * round(x / scale) + zero point, decided the other way where x / scale is as near to a half as its error: every end of the intervals of
 * quotient, scale and zero point is rounded as the operator itself does it.
 */
export const quantize: Rule = ({ call, errors, outputs, run }) => {
  const x = call.input(0);
  const scale = call.input(1);
  const y = outputs[0] as Value;
  const share = QUOTIENT * quotientUnit(x, scale);
  const exact = Array.from({ length: scale.data.length }, (_, i) => isPowerOfTwo(numberAt(scale.data, i)));
  const size = (i: number) => (exact.every(Boolean) ? 0 : Math.abs(numberAt(x.data, i)) * share);
  const margin = Float64Array.from({ length: x.data.length }, (_, i) => size(i) + (errors[0]?.[i] ?? 0));
  const why = "rounding to an integer: may differ near a half";
  if (errors[1]?.some((e, i) => !(e < Math.abs(numberAt(scale.data, i)))))
    return [{ passed: unbounded(y.data.length), own: null, why }];
  // An integer has no room for a margin below one.
  const wide: Value = {
    ...x,
    dtype: "float64",
    data: Float64Array.from(margin, (_, i) => numberAt(x.data, i)),
  };
  const all: Errors[] = [margin, ...errors.slice(1)];
  const operands = [wide, ...call.inputs.slice(1)];
  const moved = cornersOf(all).map((signs) =>
    run(operands.map((each, at) => each && shifted(each, all[at] ?? null, signs[at] ?? 1, FAR))),
  );
  return [
    {
      passed: deviations(
        moved.map(([end]) => end as Value),
        y,
      ),
      own: null,
      why,
    },
  ];
};

/** All combinations of directions of what has errors. */
function cornersOf(errors: readonly Errors[]): (1 | -1)[][] {
  return errors.reduce<(1 | -1)[][]>(
    (before, each) =>
      (each ? [1, -1] : [1]).flatMap((sign) => before.map((signs) => [...signs, sign as 1 | -1])),
    [[]],
  );
}

/**
 * Scale and zero point come of the elements' range: each element, and the zero point, may be decided the other way near a half; the scale
 * is rounded itself.
 */
export const dynamicQuantize: Rule = ({ call, errors, outputs }) => {
  const x = call.floats(0);
  const [y, scale, zero] = outputs as [Value, Value, Value];
  const [error = null] = errors;
  const size = numberAt(scale.data, 0);
  const [low, high] = [rangeEnd(x.data, error, -1), rangeEnd(x.data, error, 1)];
  const scaleError = (low.error + high.error) / 255;
  const unit = quotientUnit(x);
  const scaleOwn = size * unit * QUOTIENT;
  const relative = (scaleError + scaleOwn) / size;
  const why = "rounding to an integer: may differ near a half";
  // No range that is known: the scale itself may be anything, down to that of constant zeros.
  if (!(relative < 0.5))
    return outputs.map((each) => ({ passed: unbounded(each.data.length), own: null, why }));
  const cut = (each: number) => Math.max(0, Math.min(255, each));
  const between = (quotient: number, e: number) => {
    const margin = (Math.abs(quotient) * (relative + unit * QUOTIENT) + e / size) / (1 - relative);
    return [roundHalfToEven(quotient - margin), roundHalfToEven(quotient + margin)] as const;
  };
  const [zeroLeast, zeroMost] = between(-low.value / size, low.error).map(cut) as [number, number];
  const point = numberAt(zero.data, 0);
  const decided = x.data.map((each, i) => {
    const [least, most] = between(each / size, error?.[i] ?? 0);
    const at = numberAt(y.data, i);
    return Math.max(at - cut(least + zeroLeast), cut(most + zeroMost) - at);
  });
  return [
    { passed: decided, own: null, why },
    {
      passed: error ? Float64Array.of(scaleError) : null,
      own: Float64Array.of(scaleOwn),
      why: "3 roundings",
    },
    { passed: Float64Array.of(Math.max(point - zeroLeast, zeroMost - point)), own: null, why },
  ];
};

/** The least or the largest element, or zero, and how far its errors may move it. */
function rangeEnd(x: Float64Array, error: Errors, sign: 1 | -1): { value: number; error: number } {
  let [value, reach, least] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [at, e] = [sign * (x[i] as number), error ? (error[i] as number) : 0];
    value = Math.max(value, at);
    reach = Math.max(reach, at + e);
    least = Math.max(least, at - e);
  }
  return { value: sign * value, error: Math.max(reach - value, value - least) };
}
