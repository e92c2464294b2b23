/** What the tests that a command line selects need to have set up. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { capture } from "../set-up/child.mjs";
import { Failure } from "../set-up/failure.mjs";
import { root } from "../set-up/javascript.mjs";

const { NEEDS, needsOf } = createRequire(import.meta.url)("../jest/needs.cjs");

export const JEST = join(root, "node_modules", "jest", "bin", "jest.js");

/**
 * @param {string[]} args for Jest
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} in the order of NEEDS
 */
export async function selectedNeeds(args, env) {
  // With these the list would be JSON, in a file.
  const lines = args.filter((arg) => arg !== "--json" && !arg.startsWith("--outputFile="));
  const { code, output } = await capture(process.execPath, [JEST, ...lines, "--listTests"], {
    cwd: root,
    env,
  });
  if (code !== 0) {
    throw new Failure({
      code: "E_TEST_SELECTION",
      what: `Jest could not list the tests:\n${output.trimEnd()}`,
      fix: "correct the arguments; those of Jest are known: npx jest --help",
      exit: 2,
    });
  }
  const files = output.split(/\r?\n/).filter((line) => /\.test\.[jt]sx?$/.test(line));
  const needed = new Set(files.flatMap((file) => needsOf(readFileSync(file, "utf8"))));
  return NEEDS.filter((need) => needed.has(need));
}
