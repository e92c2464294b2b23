import { CongruentError } from "@congruent/core";
import type { MissingValues } from "@congruent/core/schemas";

/** At most this many positions are listed. */
const FIRST = 10;

/** Counts missing values by column. */
export class MissingCounter {
  readonly #counts: Int32Array;
  readonly #names: readonly string[] | null;
  readonly #first: MissingValues["first"] = [];

  constructor(columns: number, names: readonly string[] | null) {
    this.#counts = new Int32Array(columns);
    this.#names = names;
  }

  /** @param row from 1 @param column from 0 */
  add(row: number, column: number): void {
    this.#counts[column]! += 1;
    if (this.#first.length < FIRST) this.#first.push({ row, column: column + 1 });
  }

  get values(): MissingValues {
    const columns = [...this.#counts].flatMap((count, i) =>
      count > 0 ? [{ column: this.#names?.[i] ?? i + 1, count }] : [],
    );
    return { total: columns.reduce((sum, { count }) => sum + count, 0), columns, first: this.#first };
  }
}

/**
 * Missing values in one sentence.
 *
 * @example
 * ```ts
 * missingText({ total: 1, columns: [{ column: "pixel3", count: 1 }], first: [{ row: 2, column: 5 }] });
 * // => "1 value is missing, in 1 column (pixel3: 1), first in row 2, column 5"
 * ```
 */
export function missingText({ total, columns, first: [at] }: MissingValues): string {
  if (total === 0 || !at) return "no values are missing";
  const some = columns.slice(0, 5).map(({ column, count }) => `${column}: ${count}`);
  const more = columns.length > some.length ? " …" : "";
  const values = total === 1 ? "1 value is" : `${total} values are`;
  const inside = columns.length === 1 ? "1 column" : `${columns.length} columns`;
  return `${values} missing, in ${inside} (${some.join(", ")}${more}), first in row ${at.row}, column ${at.column}`;
}

/** @throws CongruentError `E_CSV_MISSING` where values are missing */
export function refuseMissing(file: string, missing: MissingValues): void {
  if (missing.total === 0) return;
  throw new CongruentError({
    code: "E_CSV_MISSING",
    what: `${file}: ${missingText(missing)}`,
    expected: "a value in every cell",
    fix: 'complete the file, or say what stands in their place: "missing": 0 in dataset.json',
  });
}
