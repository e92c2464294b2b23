import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A script of this project as Node is to be given it: `node ...execArgv path`. */
export interface OwnScript {
  /** File system path. */
  readonly path: string;
  /** Options of Node that come before the path; none where the script is compiled. */
  readonly execArgv: readonly string[];
}

/** Teaches Node TypeScript, for this repository. Only there: published packages hold compiled scripts, and never ask for it. */
const REGISTER = new URL("../../../../scripts/source/register.cjs", import.meta.url);

/**
 * Where a script of this project is, and with which options Node runs it. Callers name the compiled file beside them. Where the caller itself
 * runs from source (tests, `npm run source`), that file is not there, and the TypeScript file of the same name is run.
 *
 * @param script file URL or path of the compiled script, such as `new URL("./children/run-model.js", import.meta.url)`
 * @returns the path as it was given where there is neither: starting it then says so
 */
export function ownScript(script: URL | string): OwnScript {
  const path = script instanceof URL || script.startsWith("file:") ? fileURLToPath(script) : script;
  const source = path.replace(/\.js$/, ".ts");
  if (existsSync(path) || !existsSync(source)) return { path, execArgv: [] };
  return { path: source, execArgv: ["--conditions=@congruent/source", "--require", fileURLToPath(REGISTER)] };
}
