/** The byte that stands for 0 in weights. */
export const ZERO = 128;
/** The largest step from there to both sides. */
const MOST = 127;

/**
 * Weights as unsigned bytes around {@link ZERO}, with a scale for each slice along an axis: no element is off by more than half a scale. Unsigned,
 * as products of unsigned and signed bytes saturate on some processors.
 *
 * @example
 * ```ts
 * bytesByChannel(Float64Array.of(1, -0.5, 0, 4), [2, 2], 0).bytes; // => Uint8Array.of(255, 64, 128, 255)
 * ```
 */
export function bytesByChannel(
  data: Float64Array,
  dims: readonly number[],
  axis: number,
): { bytes: Uint8Array; scales: Float64Array } {
  const count = dims[axis] as number;
  const inner = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const channel = (i: number) => Math.floor(i / inner) % count;
  const scales = new Float64Array(count);
  data.forEach((x, i) => {
    scales[channel(i)] = Math.max(scales[channel(i)] as number, Math.abs(x));
  });
  for (let c = 0; c < count; c++) scales[c] = Math.fround((scales[c] as number) / MOST) || 1;
  const bytes = Uint8Array.from(data, (x, i) => {
    const step = Math.round(x / (scales[channel(i)] as number));
    return ZERO + Math.max(-MOST, Math.min(MOST, step));
  });
  return { bytes, scales };
}
