import { CongruentError } from "@congruent/core";
import { isMissing, numberIn } from "./cell.js";
import { IGNORED, LABEL } from "./plain-row.js";

/** What the label's column is usually called. */
const LABEL_NAMES = ["label", "class", "target", "y"];
/** More columns than a pixel has values. */
const MORE_THAN_PIXELS = 256;

export interface Columns {
  /** Null without a header. */
  names: readonly string[] | null;
  /** Position of the label. */
  label: number;
  /** By column: the pixel's place in the image, LABEL or IGNORED. */
  slots: Int32Array;
  pixels: number;
}

/**
 * Whether a file's first row holds names. It does where all its cells are text, or all but the first of a row that counts
 * (label, 0, 1, 2 …), or where it counts through more columns than a pixel has values (what pandas writes for columns
 * without names). Text in only some of the other cells is no header: it is refused where the row is read.
 *
 * @example
 * ```ts
 * looksLikeHeader(["label", "pixel0", "pixel1"]); // => true
 * looksLikeHeader(["label", "0", "1"]); // => true
 * looksLikeHeader(["7", "0", "255"]); // => false
 * ```
 */
export function looksLikeHeader(cells: readonly string[]): boolean {
  const named = cells.map((cell) => !isMissing(cell) && numberIn(cell) === null);
  const texts = named.filter(Boolean).length;
  const filled = cells.filter((cell) => !isMissing(cell)).length;
  if (texts === 0) return cells.length > MORE_THAN_PIXELS && counts(cells);
  if (cells.length === 1) return false;
  return texts === filled || (texts === 1 && counts(cells.filter((_, i) => !named[i])));
}

function counts(cells: readonly string[]): boolean {
  const first = numberIn(cells[0] ?? "");
  return (
    (first === 0 || first === 1) && cells.length > 1 && cells.every((cell, i) => numberIn(cell) === first + i)
  );
}

export interface ColumnChoice {
  labelColumn?: string | number | undefined;
  ignoreColumns: readonly (string | number)[];
}

/**
 * Which column holds the label and which ones the pixels.
 *
 * @throws CongruentError `E_CSV_LABEL_COLUMN`, `E_CSV_COLUMN` for a column that is not there
 */
export function resolveColumns(
  file: string,
  count: number,
  names: readonly string[] | null,
  { labelColumn, ignoreColumns }: ColumnChoice,
): Columns {
  const position = (column: string | number) => positionOf(file, count, names, column);
  const label = labelColumn === undefined ? usualLabel(file, names) : position(labelColumn);
  const ignored = new Set(ignoreColumns.map(position));
  if (ignored.has(label)) {
    throw new CongruentError({
      code: "E_CSV_COLUMN",
      what: `column ${label + 1} of ${file} is the label's and to be ignored`,
      fix: "correct labelColumn or ignoreColumns",
    });
  }
  let pixels = 0;
  const slots = Int32Array.from({ length: count }, (_, column) => {
    if (column === label) return LABEL;
    return ignored.has(column) ? IGNORED : pixels++;
  });
  return { names, label, slots, pixels };
}

function positionOf(
  file: string,
  count: number,
  names: readonly string[] | null,
  column: string | number,
): number {
  const fail = (what: string, expected: string) =>
    new CongruentError({ code: "E_CSV_COLUMN", what, expected, fix: "name another column" });
  if (typeof column === "number") {
    const at = column < 0 ? count + column : column;
    if (at >= 0 && at < count) return at;
    throw fail(`${file} has no column ${column}`, `0 to ${count - 1}, or from the end -1 to -${count}`);
  }
  if (names === null) {
    throw fail(
      `${file} has no header, so no column is called ${JSON.stringify(column)}`,
      "a position from 0",
    );
  }
  const found = names.flatMap((name, i) => (name.trim() === column ? [i] : []));
  if (found.length === 1) return found[0] as number;
  const some = names.slice(0, 4).map((name) => JSON.stringify(name));
  throw fail(
    `${file} has ${found.length === 0 ? "no column" : `${found.length} columns`} called ${JSON.stringify(column)}`,
    `one of ${some.join(", ")}${names.length > some.length ? " …" : ""}`,
  );
}

function usualLabel(file: string, names: readonly string[] | null): number {
  if (names === null) return 0;
  const plain = names.map((name) => name.trim().toLowerCase());
  for (const usual of LABEL_NAMES) {
    const at = plain.indexOf(usual);
    if (at >= 0) return at;
  }
  // Names that are numbers say nothing: counted columns, or an image that was taken for a header.
  if (names.every((name) => isMissing(name) || numberIn(name) !== null)) return 0;
  throw new CongruentError({
    code: "E_CSV_LABEL_COLUMN",
    what: `none of the columns of ${file} is called ${LABEL_NAMES.join(", ")}`,
    expected: "a column of labels",
    fix: "say which it is: labelColumn in dataset.json, or --label-column",
  });
}
