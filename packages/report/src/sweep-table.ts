/** A sweep as text: the one place where its numbers are formatted. */
import type { ParityReport, Sweep } from "@congruent/core";
import { formatDifference, formatPlural, formatSeconds } from "./format.js";
import type { Check } from "./junit.js";
import type { SheetTable } from "./sheet.js";

const BITS = new Map([
  [true, "same bits"],
  [false, "other bits"],
]);

/** A row per setting; what does not apply is a dash. */
export function sweepTable({ axis, runtime, samples, variants, because }: Sweep): SheetTable {
  return {
    caption: `${runtime}, swept over ${axis} on ${formatPlural(samples, "sample")}: ${because}`,
    columns: [
      { title: axis },
      { title: "status" },
      { title: "max |Δ| from the baseline", numeric: true },
      { title: "max |Δ| from the first", numeric: true },
      { title: "bits" },
      { title: "time", numeric: true },
    ],
    rows: variants.map(({ value, status, reason, fromBaseline, fromFirst, sameBits, seconds }) => [
      value,
      status === "error" ? `error: ${reason}` : status,
      // Nothing was computed, which is not the same as NaN.
      status === "error" ? "–" : formatDifference(fromBaseline),
      status === "error" ? "–" : formatDifference(fromFirst),
      sameBits === null ? "–" : (BITS.get(sameBits) ?? "–"),
      seconds === null ? "–" : formatSeconds(seconds),
    ]),
  };
}

/** A sweep as a CI server counts it. */
export function sweepCheck({ axis, runtime, variants, because }: Sweep, { model }: ParityReport): Check {
  const worst = variants.some(({ status }) => status === "error")
    ? "error"
    : variants.some(({ status }) => status === "fail")
      ? "fail"
      : "pass";
  return {
    name: `${runtime} over ${axis}`,
    group: `parity.${model.name ?? model.path}`,
    outcome: worst,
    message: because,
    detail: variants.map(({ value, status, reason }) => `${value}: ${reason ?? status}`).join("\n"),
  };
}
