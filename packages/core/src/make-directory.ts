import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it. Step by step from the nearest one that exists: Node's own recursive `mkdir`
 * answers ENOENT on a read-only file system and never returns below /proc.
 */
export async function makeDirectory(path: string): Promise<void> {
  for (const folder of missingFolders(path)) {
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      // Somebody else made it in the meantime.
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** A folder and those above it that do not exist, from above. */
export function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  return missing;
}
