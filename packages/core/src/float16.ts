/** Half precision: tensors hold its bits, as JavaScript has no array of them everywhere. */
import type { Tensor } from "./tensor.js";

/**
 * The number that IEEE half-precision bits stand for.
 *
 * @example
 * ```ts
 * float16FromBits(0x3c00); // => 1
 * float16FromBits(0x0001); // => 2 ** -24
 * ```
 */
export function float16FromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/**
 * The bits of the nearest half-precision number, ties to even; infinity beyond 65504.
 *
 * @example
 * ```ts
 * float16ToBits(1); // => 0x3c00
 * float16FromBits(float16ToBits(0.1)); // => 0.0999755859375
 * ```
 */
export function float16ToBits(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  if (Number.isNaN(x)) return 0x7e00;
  // Half of the way from the largest number to the next that there would be.
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const step = 2 ** (exponent - 10);
  const scaled = size / step;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const fraction = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  // A fraction below 1024 is subnormal; one of 2048 carries into the exponent by itself.
  return sign | (fraction < 1024 ? fraction : ((exponent + 14) << 10) + fraction);
}

/**
 * A tensor's numbers: its elements, but for half precision, whose bits are decoded.
 *
 * @example
 * ```ts
 * numbersOf(tensor("float16", Uint16Array.of(0x3c00), [1])); // => Float64Array.of(1)
 * ```
 */
export function numbersOf({ dtype, data }: Tensor): ArrayLike<number | bigint> {
  return dtype === "float16" ? Float64Array.from(data, float16FromBits) : data;
}
