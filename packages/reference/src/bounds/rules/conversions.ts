/** Rules for changes of type. */
import { isFloat, type Value, type ValueDType } from "../../value.js";
import { rounded } from "../compare-with-bound.js";
import { deviations, type Errors, magnitudes, numberAt, shifted } from "../errors.js";
import { EXACT, type Rule } from "../rule.js";

/** Types whose every number the target has too. */
const holds: Readonly<Partial<Record<ValueDType, readonly ValueDType[]>>> = {
  float64: ["float16", "bfloat16", "float32", "float64"],
  float32: ["float16", "bfloat16", "float32"],
  float16: ["float16"],
  bfloat16: ["bfloat16"],
};

/** A cast is exact where the target has the number; a narrower type rounds, and integers decide. */
export const cast: Rule = ({ call, errors, outputs, run, rounding }) => {
  const x = call.input(0);
  const y = outputs[0] as Value;
  const [error = null] = errors;
  const passed = error
    ? deviations(
        [run([shifted(x, error, 1), call.inputs[1]]), run([shifted(x, error, -1), call.inputs[1]])].map(
          ([moved]) => moved as Value,
        ),
        y,
      )
    : null;
  if (!isFloat(y.dtype) || holds[y.dtype]?.includes(x.dtype)) return [{ passed, own: null, why: EXACT }];
  const nearest = rounded(y);
  const own = Float64Array.from({ length: y.data.length }, (_, i) => {
    const at = numberAt(y.data, i);
    const there = !error?.[i] && numberAt(nearest.data, i) === at;
    return there || !Number.isFinite(at) ? 0 : Math.abs(at) * rounding.ulps(1) + rounding.floor;
  });
  return [{ passed, own, why: `1 ULP of ${y.dtype}` }];
};

/** What a division by the scale may be off before it is rounded: 2.5 ULP of float32 by WGSL, and an ULP of the scale's conversion. */
const QUOTIENT = 8 * 2 ** -24;

function widened(x: Value, error: Errors): Float64Array {
  const own = magnitudes(x).data as Float64Array;
  return own.map((size, i) => size * QUOTIENT + (error?.[i] ?? 0));
}

/** round(x / scale) + zero point: decided the other way where x / scale is as near to a half as its error. */
export const quantize: Rule = ({ call, errors, outputs, run }) => {
  const x = call.input(0);
  const margin = widened(x, errors[0] ?? null);
  const others = call.inputs.slice(1);
  const moved = ([1, -1] as const).map((sign) => run([shifted(x, margin, sign), ...others])[0] as Value);
  return [
    {
      passed: deviations(moved, outputs[0] as Value),
      own: null,
      why: "rounding to an integer: may differ near a half",
    },
  ];
};

/** The scale comes of the elements themselves: each may be decided the other way near a half, scale and zero point are rounded once. */
export const dynamicQuantize: Rule = ({ call, errors, outputs }) => {
  const x = call.floats(0);
  const [y, scale, zero] = outputs as [Value, Value, Value];
  const size = numberAt(scale.data, 0);
  const most = errors[0] ? errors[0].reduce((so, e) => Math.max(so, e), 0) : 0;
  const near = (quotient: number) => {
    const margin =
      Math.abs(quotient) * QUOTIENT * 2 + most / size + (2 * most * Math.abs(quotient)) / (255 * size);
    return Math.abs(quotient - Math.floor(quotient) - 0.5) <= margin ? 1 : 0;
  };
  const offset = errors[0] ? Math.ceil((2 * most) / size) : 0;
  const decided = Float64Array.from(x.data, (each) => near(each / size) + offset);
  return [
    { passed: decided, own: null, why: "rounding to an integer: may differ near a half" },
    {
      passed: errors[0] ? Float64Array.of((2 * most) / 255) : null,
      own: Float64Array.of(size * QUOTIENT),
      why: "3 roundings",
    },
    { passed: Float64Array.from(zero.data as Uint8Array, () => offset), own: null, why: y.dtype },
  ];
};
