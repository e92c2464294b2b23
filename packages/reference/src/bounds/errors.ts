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
    return { ...value, data: shiftedFloats(data as Float64Array, errors, sign, sign * unknown) };
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

/** @param unknown the element of which nothing is known */
function shiftedFloats(
  data: Float64Array,
  errors: Float64Array,
  sign: 1 | -1,
  unknown: number,
): Float64Array {
  const moved = new Float64Array(errors.length);
  for (let i = 0; i < moved.length; i++) {
    const e = errors[i] as number;
    moved[i] = e === Number.POSITIVE_INFINITY ? unknown : (data[i] as number) + sign * e;
  }
  return moved;
}

const ranges: Readonly<Partial<Record<ValueDType, readonly [number, number]>>> = {
  bool: [0, 1],
  int2: [-2, 1],
  uint2: [0, 3],
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
  const data = absolute(value.data);
  if (errors) for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + (errors[i] as number);
  return { ...value, data };
}

/** In a loop over doubles alone: it runs over every weight of a model, for every sample. */
function absolute(from: ValueData): Float64Array {
  const data = new Float64Array(from.length);
  if (from instanceof Float64Array) {
    for (let i = 0; i < data.length; i++) data[i] = Math.abs(from[i] as number);
    return data;
  }
  for (let i = 0; i < data.length; i++) data[i] = Math.abs(numberAt(from, i));
  return data;
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
  const from = value.data as Float64Array;
  const data = new Float64Array(from.length);
  for (let i = 0; i < data.length; i++) data[i] = (from[i] as number) * (from[i] as number);
  return { ...value, data };
}

/** How far outputs are from the reference's, element by element; infinite where one of the two is not finite and they are not equal. */
export function deviations(outputs: readonly Value[], reference: Value): Float64Array {
  const result = new Float64Array(reference.data.length);
  for (const { data } of outputs) {
    if (data instanceof Float64Array && reference.data instanceof Float64Array) {
      widen(result, data, reference.data);
      continue;
    }
    for (let i = 0; i < result.length; i++) {
      result[i] = wider(result[i] as number, numberAt(reference.data, i), numberAt(data, i));
    }
  }
  return result;
}

/** The same in a loop over doubles alone. */
function widen(result: Float64Array, data: Float64Array, reference: Float64Array): void {
  for (let i = 0; i < result.length; i++) {
    result[i] = wider(result[i] as number, reference[i] as number, data[i] as number);
  }
}

function wider(so: number, y: number, at: number): number {
  // Unlike Object.is, zeros of either sign have the distance 0 in any case.
  if (y === at) return so;
  const distance = Math.abs(at - y);
  if (distance > so) return distance;
  const one = Number.isNaN(y) && Number.isNaN(at);
  return Number.isNaN(distance) && !one ? Number.POSITIVE_INFINITY : so;
}

/** Sums of errors; null where nothing is left of them. NaN (zero times infinity) counts as unbounded. */
export function added(...all: readonly Errors[]): Errors {
  const [first, ...rest] = all.filter((errors) => errors !== null);
  if (!first) return null;
  const sum = first.slice();
  for (const errors of rest) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (errors[i] as number);
  }
  let any = false;
  for (let i = 0; i < sum.length; i++) {
    const total = sum[i] as number;
    if (Number.isNaN(total)) sum[i] = Number.POSITIVE_INFINITY;
    if (total !== 0) any = true;
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
  if (!errors) return most;
  for (let i = 0; i < errors.length; i++) {
    const error = errors[i] as number;
    if (!(error <= most)) most = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  }
  return most;
}

/** Errors that say nothing: any value is possible. */
export function unbounded(length: number): Float64Array {
  return new Float64Array(length).fill(Number.POSITIVE_INFINITY);
}
