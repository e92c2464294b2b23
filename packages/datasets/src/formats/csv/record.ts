import { messageOf } from "@congruent/core";
import { CsvError, parse } from "csv-parse/sync";
import { type CsvPlace, csvError } from "./place.js";

const [QUOTE, LF, CR, NUL] = [0x22, 0x0a, 0x0d, 0];

/** A record without its line end, and where the next one begins. */
export interface RecordExtent {
  end: number;
  next: number;
  /** Line ends inside and behind it. */
  lines: number;
}

/**
 * The record that begins at `begin`: it ends at the first line end that is not between quotes (a doubled quote changes
 * nothing, as it opens and closes). Null where its end is not among the bytes before `end`.
 *
 * @param last that nothing follows the bytes: a carriage return at their end is a line end
 */
export function recordExtent(
  bytes: Uint8Array,
  begin: number,
  end: number,
  last: boolean,
): RecordExtent | null {
  let open = false;
  let lines = 0;
  for (let at = begin; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) open = !open;
    if (byte !== LF && byte !== CR) continue;
    if (byte === CR && at + 1 === end && !last) return null;
    const next = byte === CR && bytes[at + 1] === LF && at + 1 < end ? at + 2 : at + 1;
    lines++;
    if (!open) return { end: at, next, lines };
    at = next - 1;
  }
  return last && !open && end > begin ? { end, next: end, lines: lines + 1 } : null;
}

/**
 * The cells of one record, by csv-parse; null where the line is blank.
 *
 * @throws CongruentError `E_CSV_NUL`, `E_CSV_ENCODING`, `E_CSV_QUOTE`
 */
export function cellsOf(record: Uint8Array, delimiter: string, place: CsvPlace): string[] | null {
  if (record.includes(NUL)) {
    throw csvError(
      "E_CSV_NUL",
      place,
      "there is a NUL byte",
      "text without NUL bytes",
      "write the file again as UTF-8",
    );
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(record);
  } catch (error) {
    throw csvError(
      ...(["E_CSV_ENCODING", place, "there are bytes that are no UTF-8", "text in UTF-8"] as const),
      "save the file as UTF-8",
      error,
    );
  }
  if (text.trim() === "") return null;
  try {
    const [cells = []] = parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
    });
    return cells;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const column = typeof error.column === "number" ? { column: error.column + 1 } : {};
    throw quoteError({ ...place, ...column }, messageOf(error), error);
  }
}

/** The error of quotes that cannot be understood. */
export function quoteError(place: CsvPlace, why: string, cause?: unknown) {
  return csvError(
    ...(["E_CSV_QUOTE", place, why, 'cells whole between quotes, quotes inside them doubled ("")'] as const),
    "correct the quotes, or write the file again",
    cause,
  );
}

/** The number of the column, from 1, in which the quotes of a record stay open; undefined where they do not. */
export function openColumn(record: Uint8Array, delimiter: string): number | undefined {
  const separator = delimiter.charCodeAt(0);
  let open: number | undefined;
  let column = 1;
  for (const byte of record) {
    if (byte === QUOTE) open = open === undefined ? column : undefined;
    if (byte === separator && open === undefined) column++;
  }
  return open;
}
