/** The root folder of the project, which holds `.venv/`, `.tools/` and `models/`. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CongruentError } from "@congruent/core";

/**
 * The repository's root: `CONGRUENT_HOME` where that is set, else the nearest folder above this file that holds
 * `pnpm-workspace.yaml`.
 *
 * @throws CongruentError `E_HOME` (exit 3) when neither is there.
 */
export function homeDirectory(): string {
  const told = process.env.CONGRUENT_HOME;
  if (told) {
    if (existsSync(told)) return resolve(told);
    throw new CongruentError({
      code: "E_HOME",
      what: `CONGRUENT_HOME names a folder that is not there: ${told}`,
      expected: "the root of the repository",
      fix: "correct or unset CONGRUENT_HOME",
      exit: 3,
    });
  }
  const here = fileURLToPath(import.meta.url);
  for (let folder = dirname(here); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "pnpm-workspace.yaml"))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new CongruentError({
    code: "E_HOME",
    what: "no pnpm-workspace.yaml in any folder above the toolchain",
    expected: "a checkout of the repository",
    fix: "set CONGRUENT_HOME to the repository's root",
    exit: 3,
  });
}

/** `packages/toolchain/python/`: the lock files. */
export function lockFile(environment: string): string {
  return fileURLToPath(new URL(`../python/${environment}.lock`, import.meta.url));
}
