/**
 * `npm start`: sets everything up, then trains, exports, evaluates and compares the project's first model, and writes the
 * report. `npm run models` does the same for every model whose model.onnx is not tracked: hours, the first time.
 */
import { join } from "node:path";
import { foreground } from "./set-up/child.mjs";
import { main } from "./set-up/failure.mjs";
import { projectEnvironment, root } from "./set-up/javascript.mjs";
import { setUp } from "./setup.mjs";

const args = process.argv.slice(2);

await main(
  async () => {
    await setUp();
    const cli = join(root, "apps", "cli", "bin", "congruent.js");
    return foreground(process.execPath, [cli, "pipeline", ...args], { cwd: root, env: projectEnvironment() });
  },
  { verbose: args.includes("--verbose") },
);
