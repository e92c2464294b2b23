import type { Range } from "./range.js";

/**
 * The step between two bytes, and the byte that stands for 0, which is exact: a padding is made of it.
 *
 * @example
 * ```ts
 * scaleOf({ min: 0, max: 510 }); // => { scale: 2, zero: 0 }
 * scaleOf({ min: -1, max: 4.1 }).zero; // => 50
 * ```
 */
export function scaleOf({ min, max }: Range): { scale: number; zero: number } {
  const [low, high] = [Math.min(0, min), Math.max(0, max)];
  const scale = Math.fround((high - low) / 255) || 1;
  return { scale, zero: Math.min(255, Math.max(0, Math.round(-low / scale))) };
}
