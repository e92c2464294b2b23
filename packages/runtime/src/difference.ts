import { numbersOf, type Tensor } from "@congruent/core/essentials";

/** How far two tensors are apart. */
export interface Difference {
  /** Largest absolute difference; null when the shapes differ, or NaN or infinity stand in one where the other has another value. */
  maxAbs: number | null;
  /** Largest difference in units in the last place of float32; null for other types and where `maxAbs` is null. */
  maxUlp: number | null;
  /** Position of the largest difference, or of the first value that cannot be compared; null for empty or equal tensors. */
  at: number | null;
  /** Largest finite magnitude in the baseline: the scale on which a difference is large or small. */
  scale: number;
}

/**
 * Compares a tensor with a baseline. Equal NaNs and equal infinities agree; everything else that is not finite does not.
 *
 * @example
 * ```ts
 * const one = tensor("float32", Float32Array.of(1, 2), [2]);
 * difference(one, tensor("float32", Float32Array.of(1, 2.5), [2])).maxAbs; // => 0.5
 * difference(one, tensor("float32", Float32Array.of(1, Number.NaN), [2])).maxAbs; // => null
 * ```
 */
export function difference(baseline: Tensor, observed: Tensor): Difference {
  const comparable =
    baseline.dtype === observed.dtype &&
    baseline.dims.length === observed.dims.length &&
    baseline.dims.every((dim, axis) => dim === observed.dims[axis]);
  if (!comparable) return { maxAbs: null, maxUlp: null, at: null, scale: 0 };

  const float = baseline.dtype === "float32";
  const [expected, seen] = [numbersOf(baseline), numbersOf(observed)];
  let maxAbs = 0;
  let maxUlp = 0;
  let at: number | null = null;
  let scale = 0;
  for (let i = 0; i < baseline.data.length; i++) {
    const a = Number(expected[i]);
    const b = Number(seen[i]);
    if (Number.isFinite(a)) scale = Math.max(scale, Math.abs(a));
    // Large int64 values are equal as numbers although they differ.
    const same = a === b && baseline.data[i] === observed.data[i];
    if (same || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const distance = a === b ? 1 : Math.abs(a - b);
    if (!Number.isFinite(distance)) return { maxAbs: null, maxUlp: null, at: i, scale };
    if (distance > maxAbs) {
      maxAbs = distance;
      at = i;
    }
    if (float) maxUlp = Math.max(maxUlp, Math.abs(ordinal(a) - ordinal(b)));
  }
  return { maxAbs, maxUlp: float ? maxUlp : null, at, scale };
}

const word = new DataView(new ArrayBuffer(4));

/** A float32's index in the ordered list of all float32 numbers: adjacent numbers differ by one, also across zero. */
function ordinal(value: number): number {
  word.setFloat32(0, value);
  const bits = word.getInt32(0);
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}
