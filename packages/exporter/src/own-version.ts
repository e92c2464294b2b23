import { createRequire } from "node:module";

/** The version of this package, for cards: files of another version may be written differently. */
export function ownVersion(): string {
  return (createRequire(import.meta.url)("../package.json") as { version: string }).version;
}
