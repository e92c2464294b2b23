import { CongruentError } from "@congruent/core";
import { checked } from "@congruent/core/files";
import { type JournalRecord, recordSchema } from "./records.js";

/** What a journal holds. */
export interface ReadJournal {
  records: JournalRecord[];
  /** Length of the whole lines, in bytes. */
  wholeBytes: number;
  /** Whether a last line was cut off, as a power cut or a full disk does it. */
  torn: boolean;
}

/**
 * Reads a journal's lines. A line counts when its line end is there: what was not written whole was never reported as done.
 *
 * @param path for the messages
 * @throws CongruentError `E_JOURNAL_CORRUPT` for a line, other than one cut off at the end, that is no record
 */
export function readJournal(bytes: Uint8Array, path: string): ReadJournal {
  const wholeBytes = bytes.lastIndexOf(10) + 1;
  const lines = new TextDecoder().decode(bytes.subarray(0, wholeBytes)).split("\n").slice(0, -1);
  return {
    records: lines.map((line, i) => recordOf(line, `${path}:${i + 1}`)),
    wholeBytes,
    torn: wholeBytes < bytes.length,
  };
}

function recordOf(line: string, source: string): JournalRecord {
  try {
    return checked(JSON.parse(line), recordSchema, source);
  } catch (error) {
    throw new CongruentError({
      code: "E_JOURNAL_CORRUPT",
      what: `${source} is not a record of a search`,
      expected: "a journal as `congruent tune` writes it; only a last line without an end may be cut off",
      fix: "bring the line back from a copy, or choose another --out; a line of kind execution or finished may also be removed: what it told is done again",
      cause: error,
    });
  }
}
