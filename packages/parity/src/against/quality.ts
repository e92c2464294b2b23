/** How much of one tensor is left in another: the measures of compression. */
import { numbersOf, sizeOf, type Tensor } from "@congruent/core";
import type { OutputQuality } from "@congruent/core/schemas";

/**
 * - `snr`: signal to noise in decibels: 20 is an error of a tenth, 40 of a hundredth of the values, in the root mean square;
 * - `cosine`: of the angle between both;
 * - `relative`: the largest difference as a part of the largest value.
 *
 * @param name of the output
 * @param first what it should be
 * @param second what it is, in any numeric type
 * @returns null for other shapes; `snr` is null where both are equal (`equal`), and where it is not finite
 * @example
 * ```ts
 * const { snr, cosine, relative } = qualityOf("y", tensor("float32", Float32Array.of(3, 4), [2]), tensor("float32", Float32Array.of(3, 4.5), [2]));
 * [snr, cosine.toFixed(3), relative]; // => [20, "0.998", 0.125]
 * ```
 */
export function qualityOf(name: string, first: Tensor, second: Tensor): OutputQuality | null {
  if (sizeOf(first.dims) !== sizeOf(second.dims)) return null;
  const [ours, theirs] = [numbersOf(first), numbersOf(second)];
  let [signal, noise, other, product, most, largest] = [0, 0, 0, 0, 0, 0];
  let broken = 0;
  for (let at = 0; at < ours.length; at++) {
    const [a, b] = [Number(ours[at]), Number(theirs[at])];
    if (Object.is(a, b) && !Number.isFinite(a)) continue;
    if (!Number.isFinite(a) || !Number.isFinite(b)) {
      broken++;
      continue;
    }
    signal += a * a;
    other += b * b;
    product += a * b;
    noise += (a - b) * (a - b);
    most = Math.max(most, Math.abs(a - b));
    largest = Math.max(largest, Math.abs(a));
  }
  const snr = 10 * Math.log10(signal / noise);
  const cosine = product / Math.sqrt(signal * other);
  return {
    name,
    equal: broken === 0 && noise === 0,
    snr: broken === 0 && Number.isFinite(snr) ? snr : null,
    cosine: broken === 0 && Number.isFinite(cosine) ? Math.min(1, cosine) : null,
    relative: broken === 0 && largest > 0 ? most / largest : null,
    decisions: null,
  };
}
