import { appendFile } from "node:fs/promises";
import type { EpochLog } from "@congruent/core";
import { writeError, writeFileAtomic } from "@congruent/core/files";
import type { Callback } from "./callback.js";

export interface CSVLoggerOptions {
  filename: string;
  separator?: string;
}

/**
 * Writes each epoch's log as a row of a CSV file, as `keras.callbacks.CSVLogger`: the epoch, then the other fields in
 * alphabetical order. The epochs that an interrupted training had finished stand before.
 */
export function csvLogger({ filename, separator = "," }: CSVLoggerOptions): Callback {
  let fields: string[] = [];
  const row = (log: EpochLog) => {
    const values = log as unknown as Record<string, number | undefined>;
    return `${fields.map((field) => values[field] ?? "").join(separator)}\n`;
  };
  return {
    async onTrainBegin({ logged, finished }) {
      fields = ["epoch", ...logged.filter((field) => field !== "epoch").sort()];
      await writeFileAtomic(filename, `${fields.join(separator)}\n${finished.map(row).join("")}`);
    },
    async onEpochEnd(log) {
      try {
        await appendFile(filename, row(log));
      } catch (error) {
        throw writeError(filename, error);
      }
    },
  };
}
