import { appendFile } from "node:fs/promises";
import { writeError } from "@congruent/core/files";
import type { Callback } from "./callback.js";

/** Appends each epoch's log to a file, one JSON document a line. */
export function jsonLines(path: string): Callback {
  return {
    async onEpochEnd(log) {
      try {
        await appendFile(path, `${JSON.stringify(log)}\n`);
      } catch (error) {
        throw writeError(path, error);
      }
    },
  };
}
