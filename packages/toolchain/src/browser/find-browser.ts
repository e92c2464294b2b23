import type { BrowserName } from "@congruent/core";
import type { Found } from "./definition.js";
import { findProgram } from "./find-program.js";
import { browserDefinitions } from "./index.js";

/** The program of a browser, or why there is none and what to do. Looks only. */
export function findBrowser(name: BrowserName): Found {
  return findProgram(browserDefinitions[name]);
}
