import type { ParityCell, Passport } from "@congruent/core/schemas";
import { recordedCell } from "./recorded-cell.js";

const SENTENCES = [
  ["pass", "Agrees with"],
  ["fail", "Differs by more than the bounds allow from"],
  ["error", "Could not be compared with"],
  ["unavailable", "Not available here to compare with"],
] as const;

/** What this browser found, in a line, and whether it was so when the model was promoted. */
export function summaryOf(cells: readonly ParityCell[], { golden, parity }: Passport): string {
  const own = cells.filter((cell) => cell.runtime !== golden.runtime);
  return SENTENCES.flatMap(([status, text]) => {
    const names = own.filter((cell) => cell.status === status).map((cell) => named(cell, parity));
    return names.length > 0 ? [`${text} ${golden.runtime}: ${names.join(", ")}.`] : [];
  }).join(" ");
}

function named({ runtime, status }: ParityCell, parity: Passport["parity"]): string {
  const recorded = recordedCell({ parity }, runtime)?.status;
  if (recorded === undefined || status === "unavailable" || status === "error") return runtime;
  const failedBefore = recorded === "fail" || recorded === "expected-fail";
  if (failedBefore && status === "fail") return `${runtime} (as when it was promoted)`;
  if (failedBefore) return `${runtime} (it failed when the model was promoted)`;
  if (recorded === "pass" && status === "fail") return `${runtime} (it passed when the model was promoted)`;
  return runtime;
}
