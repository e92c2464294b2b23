import { CongruentError } from "@congruent/core";

/** Where in a CSV file something is, counted from 1. */
export interface CsvPlace {
  file: string;
  /** Null in the header. */
  row: number | null;
  /** As an editor counts. */
  line: number;
  column?: number;
  /** The column's name. */
  name?: string | undefined;
}

/**
 * A place in words.
 *
 * @internal exported for its example
 * @example
 * ```ts
 * placeText({ file: "train.csv", row: 3, line: 4, column: 2, name: "pixel0" });
 * // => 'train.csv, row 3 (line 4), column 2 ("pixel0")'
 * ```
 */
export function placeText({ file, row, line, column, name }: CsvPlace): string {
  const where = row === null ? `the header (line ${line})` : `row ${row} (line ${line})`;
  const named = name === undefined ? "" : ` (${JSON.stringify(name)})`;
  return `${file}, ${where}${column === undefined ? "" : `, column ${column}${named}`}`;
}

/** The error of something in a CSV file that cannot be used. */
export function csvError(
  code: string,
  place: CsvPlace,
  what: string,
  expected: string,
  fix = "correct the file",
  cause?: unknown,
): CongruentError {
  return new CongruentError({ code, what: `${placeText(place)}: ${what}`, expected, fix, cause });
}

/** A cell as an error shows it. */
export function quoted(cell: string): string {
  return JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}…` : cell);
}
