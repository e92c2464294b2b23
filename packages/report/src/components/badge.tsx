import type { CellStatus, ParityReport, Verdict } from "@congruent/core/schemas";
import { STATUS_TEXT } from "../tables/parity-rows.js";

type Look = "good" | "bad" | "bad-outline" | "bad-solid" | "warn" | "quiet";

const ICONS: Readonly<Record<Look, string>> = {
  good: "M3.5 8.5l3 3 6-7",
  bad: "M4 4l8 8M12 4l-8 8",
  "bad-outline": "M4 4l8 8M12 4l-8 8",
  "bad-solid": "M8 3.5v5.5M8 12v.5",
  warn: "M8 3.5v5.5M8 12v.5",
  quiet: "M4 8h8",
};

/** A word with a mark and a color: each of the three alone would do. */
export function Badge({ look, text }: { look: Look; text: string }) {
  return (
    <span class={`cg-badge cg-badge-${look}`}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d={ICONS[look]} />
      </svg>
      {text}
    </span>
  );
}

const STATUS_LOOKS: Readonly<Record<CellStatus, Look>> = {
  pass: "good",
  fail: "bad",
  "expected-fail": "bad-outline",
  "unexpected-pass": "warn",
  unavailable: "quiet",
  error: "bad-solid",
  inconclusive: "warn",
};

/** The status of a cell of the parity matrix. */
export function StatusBadge({ status }: { status: CellStatus }) {
  return <Badge look={STATUS_LOOKS[status]} text={STATUS_TEXT[status]} />;
}

const VERDICT_LOOKS: Readonly<Record<Verdict, Look>> = { pass: "good", fail: "bad", inconclusive: "quiet" };

/** What a reader must not miss, however green the verdict is. */
const LOUD: readonly CellStatus[] = ["fail", "expected-fail", "unexpected-pass", "error", "inconclusive"];

/** The verdict over all cells, and how many of them failed. */
export function VerdictBadge({ report }: { report: Pick<ParityReport, "verdict" | "cells"> }) {
  const loud = LOUD.map((status) => ({
    status,
    count: report.cells.filter((cell) => cell.status === status).length,
  })).filter(({ count }) => count > 0);
  return (
    <span class="cg-badges">
      <Badge look={VERDICT_LOOKS[report.verdict]} text={`parity: ${report.verdict}`} />
      {loud.map(({ status, count }) => (
        <Badge key={status} look={STATUS_LOOKS[status]} text={`${count} ${STATUS_TEXT[status]}`} />
      ))}
    </span>
  );
}
