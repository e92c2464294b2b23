/** What pandas.read_csv takes for a missing value. */
const MISSING: ReadonlySet<string> = new Set([
  ...["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>"],
  ...["N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"],
]);

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Whether a cell holds no value: empty, or one of the words that pandas takes for missing.
 *
 * @example
 * ```ts
 * [isMissing(" "), isMissing("NA"), isMissing("0")]; // => [true, true, false]
 * ```
 */
export function isMissing(cell: string): boolean {
  return MISSING.has(cell.trim());
}

/**
 * A cell's number, or null where it holds none; decimal notation only, spaces around it do not count.
 *
 * @example
 * ```ts
 * [numberIn(" 7 "), numberIn("2.50"), numberIn("1e2"), numberIn("0x10"), numberIn("seven")]; // => [7, 2.5, 100, null, null]
 * ```
 */
export function numberIn(cell: string): number | null {
  const text = cell.trim();
  return NUMBER.test(text) ? Number(text) : null;
}
