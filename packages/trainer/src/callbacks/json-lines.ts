import { appendFile } from "node:fs/promises";
import { writeError, writeFileAtomic } from "@congruent/core/files";
import type { Callback } from "./callback.js";

/**
 * Appends each epoch's log to a file, one JSON document a line. A training that takes over an interrupted one first
 * writes the epochs that were finished: none is lost, doubled or half written.
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
