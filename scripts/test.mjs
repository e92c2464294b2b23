/**
 * `npm test [-- JEST ARGUMENTS]`: sets everything up, then runs the tests. `--full` also runs those that take minutes.
 * The last line printed is `N passed, N failed`.
 */
import { join } from "node:path";
import { foreground } from "./set-up/child.mjs";
import { main } from "./set-up/failure.mjs";
import { projectEnvironment, root } from "./set-up/javascript.mjs";
import { setUp } from "./setup.mjs";

const args = process.argv.slice(2);
const full = args.includes("--full");

await main(
  async () => {
    await setUp({ oracle: true, browsers: "all" });
    const jest = join(root, "node_modules", "jest", "bin", "jest.js");
    const env = projectEnvironment(full ? { CONGRUENT_FULL: "1" } : {});
    const rest = args.filter((arg) => arg !== "--full");
    return foreground(process.execPath, [jest, ...rest], { cwd: root, env });
  },
  { verbose: args.includes("--verbose") },
);
