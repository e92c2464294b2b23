import { componentStyles } from "@congruent/report/components";
import type { Plugin } from "vite";

/** Puts the report's style sheet into every page's head (after the character set, which browsers look for first): colors are right before any script has run. */
export function reportStylesPlugin(): Plugin {
  return {
    name: "congruent-report-styles",
    transformIndexHtml: () => [{ tag: "style", children: componentStyles, injectTo: "head" }],
  };
}
