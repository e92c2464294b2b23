import { DEFAULT_BROWSER, type RuntimeName } from "@congruent/core";
import type { Passport } from "@congruent/core/schemas";
import { thisBrowser } from "../shared/this-browser.js";

/** What the passport says of a runtime: in this browser, or in another one where it was not recorded for this one. */
export function recordedCell(
  { parity }: Pick<Passport, "parity">,
  runtime: RuntimeName,
): Passport["parity"]["cells"][number] | undefined {
  const cells = parity.cells.filter((cell) => cell.runtime === runtime);
  return cells.find(({ browser }) => (browser ?? DEFAULT_BROWSER) === thisBrowser) ?? cells[0];
}
