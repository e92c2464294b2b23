import { existsSync } from "node:fs";
import { appendFile, truncate } from "node:fs/promises";
import { CongruentError } from "@congruent/core";
import { readBytes, refuseUnwritable, writeError, writeFileAtomic } from "@congruent/core/files";
import type { EpochLog } from "@congruent/core/schemas";
import type { Callback } from "./callback.js";

export interface CSVLoggerOptions {
  filename: string;
  separator?: string;
  /** Append to the file, and write no second header. Default: false, the file is replaced. */
  append?: boolean;
}

/**
 * Writes each epoch's log as a row of a CSV file, as `keras.callbacks.CSVLogger`: the epoch, then the other fields in
 * alphabetical order. A resumed training first writes the epochs that were finished before. With `append`, checkpoints store where in the
 * file the training began: resume with `append` if the training was begun with it. Rows written before the first checkpoint stay.
 *
 * @throws CongruentError when the training begins: `E_WRITE`; with `append` `E_CSV_HEADER` where the file has other columns, and
 * `E_CSV_CHANGED` where another program wrote after the rows of an interrupted training. While it runs: `E_WRITE` or `E_DISK_FULL`.
 * @example
 * ```ts
 * csvLogger({ filename: "log.csv" }).name; // => undefined
 * csvLogger({ filename: "log.csv", append: true }).name; // => "csvLogger"
 * ```
 */
export function csvLogger({ filename, separator = ",", append = false }: CSVLoggerOptions): Callback {
  let fields: string[] = [];
  /** Where in the file, in bytes, this training's rows begin. */
  let from: number | null = null;
  /** Finished epochs that must be in the file before the next one. */
  let due: readonly EpochLog[] | null = null;

  const row = (log: EpochLog) => {
    const values = log as unknown as Record<string, number | undefined>;
    return `${fields.map((field) => values[field] ?? "").join(separator)}\n`;
  };
  const add = async (text: string) => {
    try {
      await appendFile(filename, text);
    } catch (error) {
      throw writeError(filename, error);
    }
  };
  const begin = async () => {
    if (due === null) return;
    const header = fields.join(separator);
    const own = due.map(row).join("");
    if (append) {
      from = await placeIn(filename, { header, from, own });
      await add(own);
    } else {
      await writeFileAtomic(filename, `${header}\n${own}`);
    }
    due = null;
  };
  return {
    async onTrainBegin({ logged, finished, resumed }) {
      fields = ["epoch", ...logged.filter((field) => field !== "epoch").sort()];
      from = null;
      due = finished;
      await refuseUnwritable(filename);
      // Which rows of the file belong to this training is known only after its state is restored.
      if (!(append && resumed)) await begin();
    },
    async onEpochEnd(log) {
      await begin();
      await add(row(log));
    },
    onTrainEnd: begin,

    ...(append && {
      name: "csvLogger",
      state: () => ({ values: { from }, weights: null }),
      restore({ values }) {
        from = values.from as number | null;
      },
    }),
  };
}

interface Place {
  header: string;
  /** Where an interrupted training's rows began; null where it begins now. */
  from: number | null;
  /** The rows that its checkpoint records; they are written again. */
  own: string;
}

/**
 * Prepares a file that is appended to. Returns the position, in bytes, at which the next line is written.
 *
 * @throws CongruentError `E_CSV_HEADER`, `E_CSV_CHANGED`, `E_NOT_FOUND` where it cannot be read, `E_WRITE`
 */
async function placeIn(path: string, { header, from, own }: Place): Promise<number> {
  const content = existsSync(path) ? Buffer.from(await readBytes(path)) : Buffer.alloc(0);
  const text = content.toString().replace(/^\uFEFF/, "");
  if (text.trim() === "") {
    await writeFileAtomic(path, `${header}\n`);
    return Buffer.byteLength(header) + 1;
  }
  refuseOtherHeader(path, text.split(/\r?\n/, 1)[0] ?? "", header);
  try {
    if (from === null) {
      if (!text.endsWith("\n")) await appendFile(path, "\n");
      return content.length + (text.endsWith("\n") ? 0 : 1);
    }
    refuseOthersRows(path, content.length < from ? null : content.subarray(from).toString(), own);
    await truncate(path, from);
    return from;
  } catch (error) {
    throw writeError(path, error);
  }
}

/** @throws CongruentError `E_CSV_HEADER` */
function refuseOtherHeader(path: string, found: string, header: string): void {
  if (found === header) return;
  throw new CongruentError({
    code: "E_CSV_HEADER",
    what: `${path} begins with "${found}", and this training logs "${header}"`,
    expected: "the same columns in the same order",
    fix: "name another file, or leave append out to replace it",
  });
}

/** Rows that may be newer than the checkpoint: of the epoch after it, and of one more where the newest checkpoint is damaged. */
const MOST_UNKNOWN = 2;

/**
 * @param found the file's content from where the interrupted training's rows began; null where the file ends before
 * @throws CongruentError `E_CSV_CHANGED` where that is more than its own rows and those newer than its checkpoint
 */
function refuseOthersRows(path: string, found: string | null, own: string): void {
  if (found !== null) {
    // The last rows may be missing after a power cut.
    if (own.startsWith(found)) return;
    if (found.startsWith(own) && found.slice(own.length).split(/(?<=\n)/).length <= MOST_UNKNOWN) return;
  }
  throw new CongruentError({
    code: "E_CSV_CHANGED",
    what: `another program wrote into ${path} since the training was interrupted`,
    expected: "this training's own rows at its end",
    fix: "put the file back, or move it away: a new one then gets the rows of all epochs",
  });
}
