import type { ParityCell, ParityReport } from "@congruent/core";

/** The verdict over this browser's cells. The baseline says nothing by itself: it was computed elsewhere. */
export function verdictOf(
  cells: readonly ParityCell[],
  baseline: string,
): Pick<ParityReport, "verdict" | "because"> {
  const own = cells.filter((cell) => cell.runtime !== baseline);
  const named = (...statuses: ParityCell["status"][]) =>
    own.filter((cell) => statuses.includes(cell.status)).map((cell) => cell.runtime);
  const agreeing = named("pass");
  const failing = named("fail");
  const broken = named("error");
  const absent = named("unavailable");

  const said = [
    [`Agrees with ${baseline}`, agreeing],
    ["Differs by more than the bounds allow", failing],
    ["Could not finish", broken],
    ["Not available here", absent],
  ] as const;
  const because = said
    .filter(([, names]) => names.length > 0)
    .map(([text, names]) => `${text}: ${names.join(", ")}.`)
    .join(" ");
  if (failing.length + broken.length > 0) return { verdict: "fail", because };
  return { verdict: agreeing.length > 0 ? "pass" : "inconclusive", because };
}
