/** Arrays of absolute errors, one for each element of a value; null where all are zero. */
import { isBig, isFloat, type Value, type ValueData, type ValueDType } from "../value.js";

export type Errors = Float64Array | null;

/** A number of a value's element; a string has none. */
export function numberAt(data: ValueData, i: number): number {
  return Number(data[i]);
}

/**
 * The value with `sign` times its errors added: integers are rounded and stay within their type.
 *
 * @param unknown what stands for an element of which nothing is known. Default: NaN, as it may be, and so may all that follows from it
 */
export function shifted(value: Value, errors: Errors, sign: 1 | -1, unknown = Number.NaN): Value {
  if (errors === null) return value;
  const { dtype, data } = value;
  if (isFloat(dtype)) {
    const move = (e: number, i: number) =>
      e === Number.POSITIVE_INFINITY ? sign * unknown : ((data as Float64Array)[i] as number) + sign * e;
    return { ...value, data: Float64Array.from(errors, move) };
  }
  if (isBig(dtype)) {
    const moved = (data as BigInt64Array).map(
      (x, i) => x + BigInt(Math.round(sign * finite(errors[i] as number))),
    );
    return { ...value, data: moved };
  }
  if (dtype === "string") return value;
  const [least, most] = rangeOf(dtype);
  const moved = (data as Int32Array).map((x, i) =>
    Math.max(least, Math.min(most, x + Math.round(sign * finite(errors[i] as number)))),
  );
  return { ...value, data: moved };
}

const ranges: Readonly<Partial<Record<ValueDType, readonly [number, number]>>> = {
  bool: [0, 1],
  int4: [-8, 7],
  uint4: [0, 15],
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/** The least and the largest number of an integer type: an element with an error stays between them. */
export function rangeOf(dtype: ValueDType): readonly [number, number] {
  return ranges[dtype] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}

/** Integers cannot be moved by infinity: what is beyond them counts as unbounded before this is reached. */
function finite(error: number): number {
  return Math.min(error, 2 ** 30);
}

/**
 * An element of which nothing is known, on its way to a decision: farther away than any other, as comparisons with NaN would be certain.
 * Decisions between two such ends are all that may come of it.
 */
export const FAR = Number.MAX_VALUE;

/** The value's magnitudes, each with its error added. */
export function magnitudes(value: Value, errors: Errors = null): Value {
  const data = Float64Array.from({ length: value.data.length }, (_, i) => Math.abs(numberAt(value.data, i)));
  if (errors) for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + (errors[i] as number);
  return { ...value, data };
}

/** The errors in the place of a value, to be run through its operator. */
export function asValue(value: Value, errors: Errors): Value {
  return {
    ...value,
    dtype: isFloat(value.dtype) ? value.dtype : "float64",
    data: errors ?? new Float64Array(value.data.length),
  };
}

export function squared(value: Value): Value {
  return { ...value, data: Float64Array.from(value.data as Float64Array, (x) => x * x) };
}

/** How far outputs are from the reference's, element by element; infinite where one of the two is not finite and they are not equal. */
export function deviations(outputs: readonly Value[], reference: Value): Float64Array {
  const result = new Float64Array(reference.data.length);
  for (const { data } of outputs) {
    for (let i = 0; i < result.length; i++) {
      const [y, at] = [numberAt(reference.data, i), numberAt(data, i)];
      if (Object.is(y, at)) continue;
      const distance = Math.abs(at - y);
      result[i] = Math.max(result[i] as number, Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance);
    }
  }
  return result;
}

/** Sums of errors; null where nothing is left of them. NaN (zero times infinity) counts as unbounded. */
export function added(...all: readonly Errors[]): Errors {
  const given = all.filter((errors) => errors !== null);
  const [first] = given;
  if (!first) return null;
  const sum = new Float64Array(first.length);
  let any = false;
  for (let i = 0; i < sum.length; i++) {
    let total = 0;
    for (const errors of given) total += errors[i] as number;
    sum[i] = Number.isNaN(total) ? Number.POSITIVE_INFINITY : total;
    any ||= total !== 0;
  }
  return any ? sum : null;
}

/** Errors that know nothing of each other: the root of their squares. New roundings do not know of those that led to their operands. */
export function combined(own: Errors, passed: Errors): Errors {
  if (!own || !passed) return added(own, passed);
  return own.map((each, i) => {
    const both = Math.hypot(each, passed[i] as number);
    return Number.isNaN(both) ? Number.POSITIVE_INFINITY : both;
  });
}

export function largest(errors: Errors): number {
  let most = 0;
  if (errors)
    for (const error of errors)
      if (!(error <= most)) most = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  return most;
}

/** Errors that say nothing: any value is possible. */
export function unbounded(length: number): Float64Array {
  return new Float64Array(length).fill(Number.POSITIVE_INFINITY);
}
