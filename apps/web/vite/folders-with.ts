import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Names of the folders in `root` that hold a file, sorted; none when `root` itself is missing. */
export function foldersWith(root: string, file: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, file)))
    .map((entry) => entry.name)
    .sort();
}
