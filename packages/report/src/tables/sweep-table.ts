/** A sweep as text: the one place where its numbers are formatted. */
import { runtimeId } from "@congruent/core";
import type { ParityReport, Sweep } from "@congruent/core/schemas";
import type { Check } from "../formats/junit.js";
import { formatDifference, formatPlural, formatSeconds } from "../formats/numbers.js";
import type { SheetTable } from "../formats/sheet.js";

const BITS = new Map([
  [true, "same bits"],
  [false, "other bits"],
]);

type Variant = Sweep["variants"][number];

const FIRST = {
  title: "max |Δ| from the first",
  text: ({ fromFirst }: Variant) => formatDifference(fromFirst),
};

/** Whether a setting changes what the first one gives is no verdict on the numbers themselves: those the matrix judges. */
const LIKE_FIRST: Readonly<Partial<Record<Variant["status"], string>>> = {
  pass: "within its bounds",
  fail: "beyond its bounds",
};

const REFERENCE = {
  title: "max |Δ| from the reference",
  // Nothing where the reference does not compute the shape; what is not finite, the status tells.
  text: ({ fromReference }: Variant) => (fromReference === null ? "–" : formatDifference(fromReference)),
};

/** A row per setting; what does not apply is a dash. */
export function sweepTable({ axis, samples, variants, because, ...sweep }: Sweep): SheetTable {
  const on = samples === null ? "" : ` on ${formatPlural(samples, "sample")}`;
  // Two kinds of sweeps: settings on the same inputs, and shapes, each with a run of the reference of its own.
  const others = samples === null ? REFERENCE : FIRST;
  const said = (status: Variant["status"]) => (samples === null ? status : (LIKE_FIRST[status] ?? status));
  return {
    caption: `${runtimeId(sweep)}, swept over ${axis}${on}: ${because}`,
    columns: [
      { title: axis },
      { title: samples === null ? "status" : "against the first" },
      { title: "max |Δ| from the baseline", numeric: true },
      { title: others.title, numeric: true },
      ...(samples === null ? [] : [{ title: "bits" }]),
      { title: "time", numeric: true },
    ],
    rows: variants.map((variant) => {
      const { value, status, reason, fromBaseline, sameBits, seconds } = variant;
      // Nothing was computed, which is not the same as NaN.
      const computed = status === "pass" || status === "fail";
      return [
        value,
        computed ? said(status) : `${status}: ${reason}`,
        computed ? formatDifference(fromBaseline) : "–",
        computed ? others.text(variant) : "–",
        ...(samples === null ? [] : [sameBits === null ? "–" : (BITS.get(sameBits) ?? "–")]),
        seconds === null ? "–" : formatSeconds(seconds),
      ];
    }),
  };
}

/** A sweep as a CI server counts it. */
export function sweepCheck({ axis, variants, because, ...sweep }: Sweep, { model }: ParityReport): Check {
  const worst = variants.some(({ status }) => status === "error")
    ? "error"
    : variants.some(({ status }) => status === "fail")
      ? "fail"
      : "pass";
  return {
    name: `${runtimeId(sweep)} over ${axis}`,
    group: `parity.${model.name ?? model.path}`,
    outcome: worst,
    message: because,
    detail: variants.map(({ value, status, reason }) => `${value}: ${reason ?? status}`).join("\n"),
  };
}
