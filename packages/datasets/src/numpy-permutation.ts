import { mersenne } from "pure-rand/generator/mersenne";

/**
 * The numbers 0 to n - 1 in the order of NumPy's `RandomState(seed).permutation(n)`, which scikit-learn shuffles by:
 * Fisher–Yates from the end, each position drawn by rejection from the bits of the Mersenne Twister.
 *
 * @param seed 0 to 2^32 - 1
 * @example
 * ```ts
 * [...numpyPermutation(42, 10)]; // => [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]
 * ```
 */
export function numpyPermutation(seed: number, n: number): Uint32Array {
  const generator = mersenne(seed);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const mask = 2 ** (32 - Math.clz32(i)) - 1;
    let j = (generator.next() & mask) >>> 0;
    while (j > i) j = (generator.next() & mask) >>> 0;
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
