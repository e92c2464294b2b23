import { homedir } from "node:os";
import { join } from "node:path";
import { isExecutable, onPath } from "../executables.js";

/** The first of these that is there: names on PATH, then places. */
export function firstInstalled(names: readonly string[], places: readonly string[]): string | undefined {
  return names.map(onPath).find((path) => path !== undefined) ?? places.find(isExecutable);
}

/** The roots under which Windows keeps programs. */
export function windowsRoots(): string[] {
  const { PROGRAMFILES, "PROGRAMFILES(X86)": x86, LOCALAPPDATA } = process.env;
  return [PROGRAMFILES, x86, LOCALAPPDATA].filter((root) => root !== undefined);
}

/** The roots under which macOS keeps applications. */
export function macRoots(): string[] {
  return ["/Applications", join(homedir(), "Applications")];
}
