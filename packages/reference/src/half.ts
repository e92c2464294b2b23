/** The two 16-bit floats: their bits as numbers, and rounding to them (to nearest, ties to even). */

import { float16FromBits, float16ToBits } from "@congruent/core";

export { float16FromBits };

const LARGEST_BFLOAT16 = (2 - 2 ** -7) * 2 ** 127;
const word = new DataView(new ArrayBuffer(4));

/**
 * The number that bfloat16 bits stand for: the upper half of a float32.
 *
 * @example
 * ```ts
 * bfloat16FromBits(0x3f80); // => 1
 * ```
 */
export function bfloat16FromBits(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

/**
 * The nearest half-precision number; infinity beyond 65504.
 *
 * @example
 * ```ts
 * roundToFloat16(0.1); // => 0.0999755859375
 * roundToFloat16(65520); // => Infinity
 * ```
 */
export function roundToFloat16(x: number): number {
  return float16FromBits(float16ToBits(x));
}

/**
 * The nearest bfloat16 number.
 *
 * @example
 * ```ts
 * roundToBfloat16(0.1); // => 0.10009765625
 * ```
 */
export function roundToBfloat16(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  // Seven bits after the leading one; -126 is the smallest normal exponent.
  const step = 2 ** (Math.max(exponentOf(x), -126) - 7);
  const rounded = roundHalfToEven(x / step) * step;
  return Math.abs(rounded) > LARGEST_BFLOAT16 ? Math.sign(x) * Number.POSITIVE_INFINITY : rounded;
}

const double = new DataView(new ArrayBuffer(8));

function exponentOf(x: number): number {
  double.setFloat64(0, x);
  return ((double.getUint32(0) >> 20) & 0x7ff) - 1023;
}

/**
 * The nearest integer, the even one of two equally near.
 *
 * @example
 * ```ts
 * roundHalfToEven(2.5); // => 2
 * roundHalfToEven(-1.5); // => -2
 * ```
 */
export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return x < 0 && floor === 0 ? -0 : floor;
  if (rest > 0.5) return x < 0 && floor === -1 ? -0 : floor + 1;
  const even = floor % 2 === 0 ? floor : floor + 1;
  return even === 0 && x < 0 ? -0 : even;
}
