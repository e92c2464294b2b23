import { CongruentError, messageOf } from "@congruent/core";
import type { BrowserDefinition } from "./definition.js";
import { findProgram } from "./find-program.js";

/**
 * Finds a browser's program and starts it.
 *
 * @throws CongruentError (exit 3) `E_NO_BROWSER` none installed; `E_BROWSER_LAUNCH` it does not start.
 */
export async function startBrowser<Browser>(
  definition: BrowserDefinition,
  start: (path: string) => Promise<Browser>,
): Promise<Browser> {
  const found = findProgram(definition);
  if ("why" in found) {
    throw new CongruentError({ code: "E_NO_BROWSER", what: found.why, fix: found.fix, exit: 3 });
  }
  try {
    return await start(found.path);
  } catch (error) {
    throw new CongruentError({
      code: "E_BROWSER_LAUNCH",
      what: `${found.path} does not start: ${messageOf(error).split("\n").slice(0, 12).join("\n    ")}`,
      expected: `${definition.program} that runs headless`,
      fix: `start it by hand to see what it lacks, or choose another one with ${definition.variable}`,
      exit: 3,
      cause: error,
    });
  }
}
