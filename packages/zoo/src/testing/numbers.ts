/** Numbers from `low` to `high` that the seed decides (a linear congruential generator); for tests. */
export function numbers(seed: number, length: number, low: number, high: number): Float32Array {
  let state = (seed + 1) * 2654435761;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + (high - low) * (state / 2 ** 32);
  });
}
