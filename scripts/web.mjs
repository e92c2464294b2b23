/** `npm run web`: builds the web app and serves it. */
import { join } from "node:path";
import { foreground } from "./set-up/child.mjs";
import { main } from "./set-up/failure.mjs";
import { projectEnvironment, root } from "./set-up/javascript.mjs";
import { setUp } from "./setup.mjs";

const args = process.argv.slice(2);

await main(
  async () => {
    await setUp({ needs: [] });
    const cli = join(root, "apps", "cli", "bin", "congruent.js");
    return foreground(process.execPath, [cli, "serve", ...args], { cwd: root, env: projectEnvironment() });
  },
  { verbose: args.includes("--verbose") },
);
