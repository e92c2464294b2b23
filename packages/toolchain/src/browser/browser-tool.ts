import { BROWSER_FACTS, type BrowserName, RUNTIMES_IN_BROWSERS } from "@congruent/core";
import { lastWords, runProcess } from "@congruent/core/process";
import { absent, present, type Tool } from "../tool.js";
import { findProgram } from "./find-program.js";
import { browserDefinitions } from "./index.js";

/** A browser as a tool that `congruent doctor` looks at. */
export function browserTool(name: BrowserName): Tool {
  const { title } = BROWSER_FACTS[name];
  const runtimes = RUNTIMES_IN_BROWSERS.filter(({ browser }) => browser === name).map(
    ({ runtime }) => runtime,
  );
  return {
    name,
    title: `${title} (${runtimes.join(", ")})`,
    optional: true,
    async inspect() {
      const definition = browserDefinitions[name];
      const found = findProgram(definition);
      if ("why" in found) return absent(found.why, found.fix);
      // On Windows `--version` would open a window.
      if (process.platform === "win32") return present(null, found.path);
      const { about, variable } = definition;
      const result = await runProcess({ command: found.path, args: about.args, timeoutMs: 20_000 });
      if (result.exitCode === 0) return present(about.version(result.stdout), found.path);
      return absent(
        `it does not run: ${lastWords(result)}`,
        `install what it lacks, or choose another one with ${variable}`,
        found.path,
      );
    },
  };
}
