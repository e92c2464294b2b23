/** Every browser by its name. */
import type { BrowserName } from "@congruent/core";
import { chromium } from "./chromium.js";
import type { BrowserDefinition } from "./definition.js";
import { firefox } from "./firefox.js";
import { webkit } from "./webkit.js";

export const browserDefinitions: Readonly<Record<BrowserName, BrowserDefinition>> = {
  chromium,
  firefox,
  webkit,
};
