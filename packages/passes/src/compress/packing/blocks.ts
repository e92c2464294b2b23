/** Blocks of numbers as 4-bit integers with a scale and a zero point each. */

/** The largest of 4 bits. */
const MOST = 15;

/** Parts of a block's range that are tried: numbers beyond a narrower one are cut, and all others are nearer. */
const PARTS = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7];

export interface Block {
  scale: number;
  zero: number;
  /** Sum of the squared errors. */
  error: number;
}

/**
 * The scale and zero point that lose least, in the square, of those tried; among them is the whole range. Zero is exact.
 *
 * @example
 * ```ts
 * const { scale, zero, error } = bestBlock([-1, 0, 2]);
 * [Math.fround(0.2) === scale, zero, error < 1e-12]; // => [true, 5, true]
 * ```
 */
export function bestBlock(values: ArrayLike<number>): Block {
  let [low, high] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  let best: Block = { scale: 1, zero: 0, error: Number.POSITIVE_INFINITY };
  for (const part of PARTS) {
    const scale = Math.fround(((high - low) * part) / MOST) || 1;
    const zero = Math.min(MOST, Math.max(0, Math.round((-low * part) / scale)));
    let error = 0;
    for (let i = 0; i < values.length; i++) {
      const x = values[i] as number;
      error += (x - (quantized(x, scale, zero) - zero) * scale) ** 2;
    }
    if (error < best.error) best = { scale, zero, error };
  }
  return best;
}

export function quantized(x: number, scale: number, zero: number): number {
  return Math.min(MOST, Math.max(0, Math.round(x / scale) + zero));
}

/** Two numbers of 4 bits to a byte, the first in the lower half. */
export function packed(numbers: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil(numbers.length / 2));
  numbers.forEach((each, i) => {
    bytes[i >> 1] = (bytes[i >> 1] as number) | (each << (4 * (i & 1)));
  });
  return bytes;
}
