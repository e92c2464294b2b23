import { CongruentError } from "../errors.js";

/**
 * McNemar's exact test of two classifiers on the same examples: how likely so uneven a division of the examples that one of
 * them alone gets right would be, or a more uneven one, if each were as likely to fall to either. Two-sided: SciPy's
 * `binomtest(onlyFirst, onlyFirst + onlySecond, 0.5).pvalue`.
 *
 * Source: Q. McNemar, Note on the sampling error of the difference between correlated proportions or percentages (1947).
 *
 * @param onlyFirst examples that the first one alone gets right
 * @param onlySecond examples that the second one alone gets right
 * @returns the p-value, 0..1; 1 where the two never differ
 * @throws CongruentError `E_SCORE_COUNT`
 * @example
 * ```ts
 * mcnemarTest(1, 9); // => 0.021484375
 * mcnemarTest(5, 5); // => 1
 * ```
 */
export function mcnemarTest(onlyFirst: number, onlySecond: number): number {
  for (const count of [onlyFirst, onlySecond]) {
    if (Number.isSafeInteger(count) && count >= 0) continue;
    throw new CongruentError({
      code: "E_SCORE_COUNT",
      what: `McNemar's test was given ${onlyFirst} and ${onlySecond} examples`,
      expected: "two counts",
      fix: "count the examples that one of the two alone gets right",
    });
  }
  const [fewer, trials] = [Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond];
  if (onlyFirst === onlySecond) return 1;
  return Math.min(1, 2 * halvesUpTo(fewer, trials));
}

/** The probability of at most `most` heads in `trials` throws of a fair coin. */
function halvesUpTo(most: number, trials: number): number {
  // Relative to the largest term, which is the last: downwards each is a simple multiple of the one before.
  let term = 1;
  let sum = 1;
  for (let i = most; i > 0 && term > sum * Number.EPSILON; i--) {
    term *= i / (trials - i + 1);
    sum += term;
  }
  // The largest term, C(trials, most) / 2^trials, without leaving the range of doubles on the way.
  let largest = 1;
  let halvings = trials;
  for (let i = 1; i <= most; i++) {
    largest *= (trials - most + i) / i;
    while (largest > 1 && halvings > 0) {
      largest /= 2;
      halvings--;
    }
  }
  return sum * largest * 2 ** -halvings;
}
