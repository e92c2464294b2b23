const MOST_TERMS = 300;

/**
 * The error function, to a few units in the last place of a double.
 *
 * Below 3 by the series erf x = 2x/√π · e^(−x²) · Σ (2x²)ⁿ / (1·3·5 … (2n+1)), whose terms are all positive (Abramowitz and Stegun
 * 7.1.6); above by the continued fraction of erfc (7.1.14).
 *
 * @example
 * ```ts
 * erf(0); // => 0
 * Math.abs(erf(1) - 0.8427007929497149) < 2 ** -52; // => true
 * erf(-10); // => -1
 * ```
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  return size < 3 ? series(x) : Math.sign(x) * (1 - fraction(size));
}

function series(x: number): number {
  const square = x * x;
  let term = 1;
  let sum = 1;
  for (let n = 1; n < MOST_TERMS; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
    if (term < sum * 2 ** -54) break;
  }
  return ((2 * x) / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
}

/** erfc of a large argument, from the tail of its continued fraction. */
function fraction(x: number): number {
  let denominator = x;
  for (let k = 60; k > 0; k--) denominator = x + k / 2 / denominator;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / denominator;
}
