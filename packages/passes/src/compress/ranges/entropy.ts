import { minMax } from "./min-max.js";
import type { Range } from "./range.js";

/** Of the histogram. */
const BINS = 2048;
/** Levels that 8 bits have for numbers of one sign, and for the sizes of numbers of both. */
const LEVELS = { one: 256, both: 128 };
/** So many bins more with each try. */
const STRIDE = 16;

/**
 * The range in which the distribution of what is told apart by 8 bits differs least from that of the numbers, by Kullback and Leibler's
 * divergence: numbers beyond it are counted to its last bin, as they will be cut. (S. Migacz, 8-bit Inference with TensorRT, GTC 2017.)
 */
export function entropy(values: ArrayLike<number>): Range {
  const { min, max } = minMax(values);
  const most = Math.max(Math.abs(min), Math.abs(max));
  if (!(most > 0) || !Number.isFinite(most)) return { min, max };
  const oneSign = min >= 0 || max <= 0;
  const levels = oneSign ? LEVELS.one : LEVELS.both;
  const counts = new Float64Array(BINS);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.min(BINS - 1, Math.floor((Math.abs(values[i] as number) / most) * BINS));
    counts[bin] = (counts[bin] as number) + 1;
  }
  let [best, least] = [BINS, Number.POSITIVE_INFINITY];
  for (let width = levels; width <= BINS; width += STRIDE) {
    const lost = divergence(counts, width, levels);
    if (lost < least) [best, least] = [width, lost];
  }
  const edge = (best / BINS) * most;
  return { min: Math.max(min, -edge), max: Math.min(max, edge) };
}

/** Of the first bins' distribution, the rest counted to the last one, from what is left of it in so many levels. */
function divergence(counts: Float64Array, width: number, levels: number): number {
  const kept = counts.subarray(0, width);
  const total = counts.reduce((sum, each) => sum + each, 0);
  const inside = kept.reduce((sum, each) => sum + each, 0);
  if (inside === 0) return Number.POSITIVE_INFINITY;
  let lost = 0;
  for (let level = 0; level < levels; level++) {
    const [from, to] = [Math.floor((level * width) / levels), Math.floor(((level + 1) * width) / levels)];
    const part = kept.subarray(from, to);
    const filled = part.filter((each) => each > 0).length;
    const sum = part.reduce((all, each) => all + each, 0);
    for (let i = from; i < to; i++) {
      const tail = i === width - 1 ? total - inside : 0;
      const p = ((kept[i] as number) + tail) / total;
      const q = (kept[i] as number) > 0 ? sum / filled / inside : 0;
      if (p > 0) lost += p * Math.log(p / Math.max(q, 1e-12));
    }
  }
  return lost;
}
