import type { CellStatus, Verdict } from "@congruent/core";
import { STATUS_TEXT } from "../parity-rows.js";

type Look = "good" | "bad" | "bad-outline" | "bad-solid" | "warn" | "quiet";

const ICONS: Readonly<Record<Look, string>> = {
  good: "M3.5 8.5l3 3 6-7",
  bad: "M4 4l8 8M12 4l-8 8",
  "bad-outline": "M4 4l8 8M12 4l-8 8",
  "bad-solid": "M8 3.5v5.5M8 12v.5",
  warn: "M8 3.5v5.5M8 12v.5",
  quiet: "M4 8h8",
};

/** A word with a mark and a colour: each of the three alone would do. */
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
};

/** The status of a cell of the parity matrix. */
export function StatusBadge({ status }: { status: CellStatus }) {
  return <Badge look={STATUS_LOOKS[status]} text={STATUS_TEXT[status]} />;
}

const VERDICT_LOOKS: Readonly<Record<Verdict, Look>> = { pass: "good", fail: "bad", inconclusive: "quiet" };

/** The verdict over all cells. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  return <Badge look={VERDICT_LOOKS[verdict]} text={`parity: ${verdict}`} />;
}
