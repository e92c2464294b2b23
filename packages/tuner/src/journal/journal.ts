import { existsSync } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CongruentError, differences } from "@congruent/core";
import { lockDirectory, makeDirectory, writeError } from "@congruent/core/files";
import { readJournal } from "./read-journal.js";
import type { JournalRecord, SearchIdentity } from "./records.js";

/** The log of a search that nothing is lost from: JSON lines, each on the disk before the next thing is done. */
export interface Journal {
  /** What was in it when it was opened, without the head. */
  records: readonly JournalRecord[];
  /** @throws CongruentError `E_WRITE`, `E_DISK_FULL`; the journal is as it was before */
  append(record: JournalRecord): Promise<void>;
  close(): Promise<void>;
}

/** The journal's file in a search's folder. */
export const JOURNAL = "journal.jsonl";

/**
 * Opens the journal of a search, or begins it, and keeps others out until it is closed.
 *
 * @param options.resume true: there must be one; false: there must be none
 * @throws CongruentError `E_JOURNAL_LOCKED` while another tuner writes it, `E_JOURNAL_EXISTS`, `E_NOTHING_TO_RESUME`,
 * `E_JOURNAL_MISMATCH` for one of another space, seed, sampler …, `E_JOURNAL_CORRUPT`
 */
export async function openJournal(options: {
  directory: string;
  identity: SearchIdentity;
  resume?: boolean | undefined;
  notice?: ((text: string) => void) | undefined;
}): Promise<Journal> {
  const { directory, identity, resume, notice } = options;
  const path = join(directory, JOURNAL);
  if (existsSync(path) ? resume === false : resume === true) throw unexpected(path, directory);
  await makeDirectory(directory).catch((error: unknown) => {
    throw writeError(directory, error);
  });
  const unlock = await lockDirectory(directory, {
    file: "tuner.lock",
    code: "E_JOURNAL_LOCKED",
    holder: "another tuner",
  });
  let handle: FileHandle | undefined;
  try {
    const found = readJournal(existsSync(path) ? await readFile(path) : new Uint8Array(), path);
    const [head, ...records] = found.records;
    if (head) refuseOther(head, identity, path);
    handle = await open(path, "a").catch((error: unknown) => {
      throw writeError(path, error);
    });
    if (found.torn) {
      await handle.truncate(found.wholeBytes);
      notice?.(`the last line of ${path} was cut off: what it would have told is done again`);
    }
    const journal = appender(handle, path, found.wholeBytes, unlock, records);
    if (!head) await journal.append({ kind: "head", schema: "congruent/tuning-journal@1", search: identity });
    return journal;
  } catch (error) {
    await handle?.close();
    await unlock();
    throw error;
  }
}

function appender(
  handle: FileHandle,
  path: string,
  begin: number,
  unlock: () => Promise<void>,
  records: JournalRecord[],
): Journal {
  let length = begin;
  let last = Promise.resolve();
  /** Set where half a line could not be taken away: the next one would be spoilt by it. */
  let broken: CongruentError | null = null;
  const write = async (record: JournalRecord) => {
    if (broken) throw broken;
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      await handle.appendFile(line);
      await handle.datasync();
      length += line.length;
    } catch (error) {
      const failed = writeError(path, error);
      await handle.truncate(length).catch(() => {
        broken = failed;
      });
      throw failed;
    }
  };
  return {
    records,
    append(record) {
      const written = last.then(() => write(record));
      last = written.catch(() => undefined);
      return written;
    },
    async close() {
      await last;
      await handle.close();
      await unlock();
    },
  };
}

function refuseOther(head: JournalRecord, identity: SearchIdentity, path: string): void {
  const then = head.kind === "head" ? head.search : null;
  // As it reads back from a file: what is undefined is not there.
  const changed = differences(then, JSON.parse(JSON.stringify(identity)));
  if (changed.length === 0) return;
  throw new CongruentError({
    code: "E_JOURNAL_MISMATCH",
    what: `${path} is of another search: ${changed.slice(0, 6).join("; ")}${changed.length > 6 ? " …" : ""}`,
    expected: "the same space, sampler, seed, objective, executions and recipe",
    fix: "resume it with the same settings, or choose another --out",
  });
}

function unexpected(path: string, directory: string): CongruentError {
  if (!existsSync(path)) {
    return new CongruentError({
      code: "E_NOTHING_TO_RESUME",
      what: `${directory} holds no search: there is no ${basename(path)}`,
      fix: "begin it without --resume, or name its folder with --out",
    });
  }
  return new CongruentError({
    code: "E_JOURNAL_EXISTS",
    what: `${directory} already holds a search`,
    fix: "give --resume to resume it, or choose another --out",
  });
}
