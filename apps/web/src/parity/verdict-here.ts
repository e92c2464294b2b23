import { BROWSER_RUNTIMES } from "@congruent/core";
import type { ParityCell, Passport, Verdict } from "@congruent/core/schemas";
import { verdictOf } from "@congruent/parity/verdict";
import { recordedCell } from "./recorded-cell.js";
import { summaryOf } from "./summary-of.js";

/**
 * The verdict of what this browser computed, and why. A runtime that has numbers in the passport and none here is a question without an
 * answer: what is left may agree, but that is no `pass`.
 */
export function verdictHere(
  cells: readonly ParityCell[],
  passport: Passport,
): { verdict: Verdict; because: string } {
  // The recorded outputs were judged when the model was promoted.
  const { verdict, because } = verdictOf(cells, { vouched: true });
  const summary = summaryOf(cells, passport);
  if (verdict === "fail") return { verdict, because: summary };
  if (verdict === "inconclusive") return { verdict, because: `${summary} Inconclusive: ${because}.` };
  const missing = cells.filter((cell) => cell.status === "unavailable" && isRecorded(cell, passport));
  if (missing.length === 0) return { verdict, because: summary };
  const names = missing.map(({ runtime }) => runtime).join(" and ");
  const was =
    missing.length === 1
      ? "was compared when the model was promoted and is"
      : "were compared when the model was promoted and are";
  return { verdict: "inconclusive", because: `${summary} Inconclusive: ${names} ${was} missing here.` };
}

function isRecorded({ runtime }: ParityCell, passport: Passport): boolean {
  if (!(BROWSER_RUNTIMES as readonly string[]).includes(runtime)) return false;
  const recorded = recordedCell(passport, runtime)?.status;
  return recorded !== undefined && recorded !== "unavailable" && recorded !== "error";
}
