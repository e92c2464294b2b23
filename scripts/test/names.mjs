/**
 * `node scripts/test/names.mjs [JEST ARGUMENTS]`: prints the names of all tests, one a line, in order, and runs none. What a change has
 * dropped or renamed is what `diff` says of the lists before and after it. Files are loaded, so what they need must be set up.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "../set-up/child.mjs";
import { Failure, main } from "../set-up/failure.mjs";
import { projectEnvironment, root } from "../set-up/javascript.mjs";
import { JEST } from "./selected-needs.mjs";

/** No test has this name. */
const NONE = "^ none of all these tests $";

async function names() {
  const folder = mkdtempSync(join(tmpdir(), "congruent-names-"));
  const file = join(folder, "results.json");
  try {
    const asked = ["--testNamePattern", NONE, "--json", "--outputFile", file];
    const { code, output } = await capture(process.execPath, [JEST, ...process.argv.slice(2), ...asked], {
      cwd: root,
      env: projectEnvironment(),
    });
    if (code !== 0) {
      throw new Failure({
        code: "E_TEST_NAMES",
        what: `Jest could not load the tests:\n${output.trimEnd()}`,
        fix: "npm test sets up what they need; correct what does not load",
        exit: 2,
      });
    }
    const { testResults } = JSON.parse(readFileSync(file, "utf8"));
    const found = testResults.flatMap(({ assertionResults }) =>
      // A table's row may be printed over several lines.
      assertionResults.map(({ fullName }) => fullName.replace(/\s+/g, " ")),
    );
    process.stdout.write(
      found
        .sort()
        .map((name) => `${name}\n`)
        .join(""),
    );
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main(names, { verbose: process.argv.includes("--verbose") });
