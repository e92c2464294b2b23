/** `npm run check`: format, lint, types, import arrows, dead code, and what apps load. Ends with 1 when one of them fails. */
import { capture } from "./set-up/child.mjs";
import { main } from "./set-up/failure.mjs";
import { projectEnvironment, root } from "./set-up/javascript.mjs";
import { setUp } from "./setup.mjs";

const checks = [
  { title: "format and lint", command: "biome", args: ["ci", "--colors=off", "."] },
  // Of everything, tests included: all projects that tsconfig.json names.
  { title: "types", command: "tsc", args: ["-b"] },
  { title: "import arrows", command: "turbo", args: ["boundaries"] },
  // Files, exports and dependencies that nothing uses; knip.jsonc says what is used from outside.
  { title: "dead code", command: "knip", args: ["--no-progress", "--no-config-hints"] },
  { title: "size of @congruent/runtime", command: process.execPath, args: ["scripts/runtime-size.mjs"] },
];

await main(
  async () => {
    await setUp({ needs: [], builds: "none" });
    let failed = 0;
    for (const { title, command, args } of checks) {
      const { code, output } = await capture(command, args, { cwd: root, env: projectEnvironment() });
      if (code === 0) {
        process.stdout.write(`✔ ${title}\n`);
      } else {
        failed += 1;
        process.stdout.write(`${output.trimEnd()}\n✖ ${title} (exit code ${code})\n`);
      }
    }
    return failed === 0 ? 0 : 1;
  },
  { verbose: process.argv.includes("--verbose") },
);
