/** Where a process keeps small texts for the next one: files in the user's cache folder (`CONGRUENT_CACHE` names another). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory, writeFileAtomic } from "@congruent/core/files";
import type { Memory } from "./session.js";

export const memory: Memory = {
  async read(key) {
    try {
      return await readFile(pathOf(key), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  },
  write: (key, text) => writeFileAtomic(pathOf(key), text),
};

function pathOf(key: string): string {
  return join(cacheDirectory("runtime"), `${key}.json`);
}
