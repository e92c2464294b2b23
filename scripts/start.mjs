/**
 * `npm start`: sets everything up, then trains, exports, evaluates and compares the project's first model, and writes the
 * report. `npm run models` does the same for every model whose model.onnx is not tracked: hours, the first time.
 */
import { join } from "node:path";
import { foreground, whenEnded } from "./set-up/child.mjs";
import { main } from "./set-up/failure.mjs";
import { projectEnvironment, root } from "./set-up/javascript.mjs";
import { setUp } from "./setup.mjs";

const args = process.argv.slice(2);

await main(
  async () => {
    const forget = whenEnded(() => {
      process.stderr.write(
        "\nstopped while setting up: what was done is kept, and the same command goes on from there\n",
      );
    });
    const seconds = await setUp();
    forget();
    const cli = join(root, "apps", "cli", "bin", "congruent.js");
    return foreground(process.execPath, [cli, "pipeline", ...args], {
      cwd: root,
      env: projectEnvironment({ CONGRUENT_SETUP_SECONDS: seconds.toFixed(1) }),
    });
  },
  { verbose: args.includes("--verbose") },
);
