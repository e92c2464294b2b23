import type { Help, HelpConfiguration } from "commander";

/** Below this many columns for a description it stands under its term. */
const LEAST = 24;
const INDENT = 2;
const GAP = 2;

/**
 * How wide --help may be: as wide as the terminal, or as COLUMNS says where there is none.
 *
 * @returns undefined where nobody says, which is 80
 */
export function helpWidth(): number | undefined {
  return process.stdout.columns || Number(process.env.COLUMNS) || undefined;
}

/** Help that fits narrow terminals: commander by itself stops wrapping there. */
export const helpLayout: HelpConfiguration & Partial<Help> = {
  minWidthToWrap: LEAST,
  formatItem(this: Help, term, termWidth, description, helper) {
    const width = this.helpWidth ?? 80;
    const beside = width - INDENT - termWidth - GAP;
    const own = " ".repeat(INDENT);
    if (!description) return own + term;
    const under = " ".repeat(3 * INDENT);
    const lines = (columns: number) => helper.boxWrap(description, columns).split("\n");
    if (beside < LEAST)
      return [own + term, ...lines(width - under.length).map((line) => under + line)].join("\n");
    const padding = " ".repeat(termWidth - helper.displayWidth(term) + GAP);
    return own + term + padding + lines(beside).join(`\n${" ".repeat(INDENT + termWidth + GAP)}`);
  },
};
