import { appendFile, readFile } from "node:fs/promises";
import type { EpochLog } from "@congruent/core";
import { writeError, writeFileAtomic } from "@congruent/core/files";
import type { Callback } from "./callback.js";

export interface CSVLoggerOptions {
  filename: string;
  separator?: string;
  /** Go on below what is in the file, whose header then stays the only one; false: begin it anew. */
  append?: boolean;
}

/**
 * Writes each epoch's log as a row of a CSV file, as `keras.callbacks.CSVLogger`: the epoch, then the other fields in
 * alphabetical order. The epochs that an interrupted training had finished stand before.
 */
export function csvLogger({ filename, separator = ",", append = false }: CSVLoggerOptions): Callback {
  let fields: string[] = [];
  /** What stood in the file before this training, and how long it was when the training began. */
  let before = "";
  let kept: number | null = null;
  /** Epochs that are to be written before the next one. */
  let due: readonly EpochLog[] | null = null;

  const row = (log: EpochLog) => {
    const values = log as unknown as Record<string, number | undefined>;
    return `${fields.map((field) => values[field] ?? "").join(separator)}\n`;
  };
  const begin = async () => {
    if (due === null) return;
    before = before.slice(0, kept ?? undefined);
    kept = before.length;
    const top = before === "" ? `${fields.join(separator)}\n` : before;
    await writeFileAtomic(filename, `${top}${due.map(row).join("")}`);
    due = null;
  };
  return {
    async onTrainBegin({ logged, finished, resumed }) {
      fields = ["epoch", ...logged.filter((field) => field !== "epoch").sort()];
      before = append ? await wholeLines(filename) : "";
      kept = null;
      due = finished;
      // Which of the lines are this training's own is known when its memory is back.
      if (!(append && resumed)) await begin();
    },
    async onEpochEnd(log) {
      await begin();
      try {
        await appendFile(filename, row(log));
      } catch (error) {
        throw writeError(filename, error);
      }
    },
    onTrainEnd: begin,

    ...(append && {
      name: "csvLogger",
      state: () => ({ values: { kept }, weights: null }),
      restore({ values }) {
        kept = values.kept as number | null;
      },
    }),
  };
}

/** A file's text, its last line ended; empty where there is no file. */
async function wholeLines(path: string): Promise<string> {
  try {
    const text = await readFile(path, "utf8");
    return text === "" || text.endsWith("\n") ? text : `${text}\n`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw writeError(path, error);
  }
}
