/** Integers of fewer than eight bits, which files pack several to a byte. */

/** Bits, and whether negative ones are among them. */
export const SMALL_INTEGERS = {
  int4: { bits: 4, signed: true },
  uint4: { bits: 4, signed: false },
  int2: { bits: 2, signed: true },
  uint2: { bits: 2, signed: false },
} as const;

export type SmallInteger = keyof typeof SMALL_INTEGERS;

export function isSmallInteger(dtype: string): dtype is SmallInteger {
  return Object.hasOwn(SMALL_INTEGERS, dtype);
}

/**
 * The lowest bits of a number, as the type reads them.
 *
 * @example
 * ```ts
 * wrapSmallInteger("int4", 9); // => -7
 * wrapSmallInteger("uint4", -1); // => 15
 * ```
 */
export function wrapSmallInteger(dtype: SmallInteger, x: number): number {
  const { bits, signed } = SMALL_INTEGERS[dtype];
  const low = x & (2 ** bits - 1);
  return signed && low >= 2 ** (bits - 1) ? low - 2 ** bits : low;
}

/** A whole number cut to the type's range; NaN gives 0. */
export function cutSmallInteger(dtype: SmallInteger, x: number): number {
  const { bits, signed } = SMALL_INTEGERS[dtype];
  const [low, high] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  return Number.isNaN(x) ? 0 : Math.max(low, Math.min(high, x));
}

/**
 * One of several numbers that lie packed in bytes, the first in the lowest bits.
 *
 * @example
 * ```ts
 * unpackBits(Uint8Array.of(0x21), 4, 1); // => 2
 * ```
 */
export function unpackBits(bytes: ArrayLike<number>, bits: number, index: number): number {
  const perByte = 8 / bits;
  const byte = bytes[Math.floor(index / perByte)] as number;
  return (byte >> ((index % perByte) * bits)) & (2 ** bits - 1);
}
