import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@congruent/core";
import { type Place, packedLimit } from "./place.js";

/**
 * A folder on this machine that may have the files, under their names or with .gz behind them.
 *
 * @param hint what makes the folder exist, such as `apt-get install dataset-fashion-mnist`
 * @example
 * ```ts
 * folder("/usr/share/dataset-fashion-mnist", "apt-get install dataset-fashion-mnist").network; // => false
 * ```
 */
export function folder(path: string, hint?: string): Place {
  return {
    name: path,
    network: false,
    ...(hint === undefined ? {} : { hint }),
    read: async (file) => {
      for (const name of [file.name, `${file.name}.gz`]) {
        const bytes = await readIfThere(join(path, name), packedLimit(file));
        if (bytes) return bytes;
      }
      throw new Error(`neither ${file.name} nor ${file.name}.gz is there`);
    },
  };
}

/** A file's bytes, or null where there is none. Throws when there is one that cannot be read or is over the limit. */
export async function readIfThere(path: string, limit: number): Promise<Uint8Array | null> {
  try {
    const { size } = await stat(path);
    if (size > limit) throw new Error(`${path} has ${size} bytes, more than the ${limit} it can have`);
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new Error(messageOf(error), { cause: error });
  }
}
