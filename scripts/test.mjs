/**
 * `npm test [-- JEST ARGUMENTS]`: sets up what the selected tests need, then runs them. The last line printed is `N passed, N failed`.
 * `npm run test:full [-- PART… | --list | JEST ARGUMENTS]`: also the tests that take minutes, part by part.
 * `npm run dev [-- JEST ARGUMENTS]`: runs the tests of changed files, again at each change; sets up the dependencies alone.
 */

import { foreground } from "./set-up/child.mjs";
import { main } from "./set-up/failure.mjs";
import { projectEnvironment, root } from "./set-up/javascript.mjs";
import { setUp } from "./setup.mjs";
import { parts } from "./test/parts.mjs";
import { JEST, selectedNeeds } from "./test/selected-needs.mjs";
import { createTally, describeSeconds } from "./test/tally.mjs";

const own = new Set(["--full", "--dev", "--list"]);
const args = process.argv.slice(2).filter((arg) => !own.has(arg));
const has = (flag) => process.argv.includes(flag);

/** Runs Jest on what the arguments select. @returns its exit code. */
async function run(jestArguments, extra = {}) {
  const env = projectEnvironment(extra);
  const builds = (needs) => (needs.includes("build") ? "all" : needs.includes("web") ? "web" : "none");
  await setUp({ needs: () => selectedNeeds(jestArguments, env), builds });
  return foreground(process.execPath, [JEST, ...jestArguments], { cwd: root, env });
}

function list() {
  const width = Math.max(...Object.keys(parts).map((name) => name.length));
  for (const [name, { what }] of Object.entries(parts)) {
    process.stdout.write(`${name.padEnd(width)}  ${what}\n`);
  }
  return 0;
}

/** The parts one after another, each as Jest's run of its own; without names also what `npm test` runs, first. */
async function runParts(names) {
  const tally = createTally();
  let worst = 0;
  const one = async (name, jestArguments) => {
    const start = performance.now();
    const code = await run(jestArguments, {
      CONGRUENT_FULL: name === "quick" ? "" : "1",
      ...tally.environment,
    });
    tally.add(name, code, (performance.now() - start) / 1000);
    worst = Math.max(worst, code);
  };
  if (names.length === 0) await one("quick", []);
  for (const name of names.length === 0 ? Object.keys(parts) : names) {
    await one(name, ["--runTestsByPath", ...parts[name].files]);
  }
  process.stdout.write(tally.close());
  return worst;
}

await main(
  async () => {
    if (has("--dev")) {
      await setUp({ needs: [], builds: "none" });
      return foreground(process.execPath, [JEST, "--watch", ...args], {
        cwd: root,
        env: projectEnvironment(),
      });
    }
    if (!has("--full")) return run(args);
    if (has("--list")) return list();
    if (args.every((arg) => Object.hasOwn(parts, arg))) return runParts(args);
    const start = performance.now();
    const code = await run(args, { CONGRUENT_FULL: "1" });
    process.stdout.write(`took ${describeSeconds((performance.now() - start) / 1000)}\n`);
    return code;
  },
  { verbose: has("--verbose") },
);
