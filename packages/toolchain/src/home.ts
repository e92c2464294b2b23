/** Where things lie: the repository's root with `.venv/`, `.tools/` and `models/`, or this user's cache. */
import { existsSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { CongruentError } from "@congruent/core";
import { cacheDirectory } from "@congruent/core/files";

/**
 * The repository's root: `CONGRUENT_HOME` where that is set, else the nearest folder above this file that holds
 * `pnpm-workspace.yaml`.
 *
 * @throws CongruentError `E_HOME` (exit 3) when neither is there.
 */
export function homeDirectory(): string {
  const found = repository();
  if (found !== null) return found;
  throw new CongruentError({
    code: "E_HOME",
    what: "this needs a checkout of the repository, and the package congruent is installed without one",
    expected: "the repository, which holds the models and what makes them",
    fix: "clone the repository and run the command there, or set CONGRUENT_HOME to its root",
    exit: 3,
  });
}

/** Whether this runs within a checkout of the repository, or is told so by `CONGRUENT_HOME`, and is not an installed package alone. */
export function isCheckout(): boolean {
  // Where it names no folder, that is said where the folder is needed.
  return Boolean(process.env.CONGRUENT_HOME) || repository() !== null;
}

/**
 * The command that provides what is missing, for the person who reads the error: who installed the package has no scripts of the repository.
 *
 * @param flag such as `--cuda`. Default: none
 */
export function setUpCommand(flag?: string): string {
  if (isCheckout()) return flag ? `npm run setup -- ${flag}` : "npm run setup";
  return flag ? `npx congruent setup ${flag}` : "npx congruent setup";
}

/**
 * Where tools lie that are built or fetched: `.tools` of the repository; without one, a folder of this user's cache.
 *
 * @param parts of a path within it
 */
export function toolsDirectory(...parts: string[]): string {
  const home = repository();
  return home === null ? cacheDirectory(join("tools", ...parts)) : join(home, ".tools", ...parts);
}

/** Where Python environments lie: `.venv` of the repository; without one, a folder of this user's cache. */
export function environmentsDirectory(): string {
  const home = repository();
  return home === null ? cacheDirectory("python") : join(home, ".venv");
}

function repository(): string | null {
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
  // An installed package is no part of the workspace around it.
  if (here.split(sep).includes("node_modules")) return null;
  for (let folder = dirname(here); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "pnpm-workspace.yaml"))) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/** `packages/toolchain/python/`: the lock files. */
export function lockFile(environment: string): string {
  return fileURLToPath(new URL(`../python/${environment}.lock`, import.meta.url));
}
