import { appendFile } from "node:fs/promises";
import { writeError, writeFileAtomic } from "@congruent/core/files";
import type { Callback } from "./callback.js";

/**
 * Appends each epoch's log to a file, one JSON document a line. A resumed training first
 * writes the epochs that were finished before: none is lost, doubled or half written.
 */
export function jsonLines(path: string): Callback {
  const line = (log: unknown) => `${JSON.stringify(log)}\n`;
  return {
    async onTrainBegin({ resumed, finished }) {
      if (resumed) await writeFileAtomic(path, finished.map(line).join(""));
    },
    async onEpochEnd(log) {
      try {
        await appendFile(path, line(log));
      } catch (error) {
        throw writeError(path, error);
      }
    },
  };
}
