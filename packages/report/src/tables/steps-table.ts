import { cellName, type Steps } from "@congruent/core/schemas";
import { formatDifference } from "../formats/numbers.js";
import type { SheetTable } from "../formats/sheet.js";

/** Steps that have a column: more do not fit beside each other. */
const MOST = 8;

/**
 * How each runtime drifts: a row per runtime and output, a column per step, at most eight of them, the first and the last among them.
 *
 * @example
 * ```ts
 * const drift = { runtime: "node-cpu", browser: null, variant: null, output: "y", against: "reference", firstBeyond: null };
 * const { columns, rows } = stepsTable({ count: 2, state: [], drift: [{ ...drift, maxAbs: [1e-7, 2e-7], bound: [1e-6, 2e-6] }] });
 * columns.map(({ title }) => title); // => ["runtime", "output", "from", "beyond its bound", "step 1", "step 2"]
 * rows; // => [["node-cpu", "y", "reference", "–", "1.0e-7", "2.0e-7"]]
 * ```
 */
export function stepsTable({ count, state, drift }: Steps): SheetTable {
  const shown = spread(count);
  const fed = state.map(({ output, input }) => `${output} → ${input}`).join(", ");
  return {
    caption: `Largest difference at each of ${count} steps (${fed})`,
    columns: [
      { title: "runtime", numeric: false },
      { title: "output", numeric: false },
      { title: "from", numeric: false },
      { title: "beyond its bound", numeric: false },
      ...shown.map((step) => ({ title: `step ${step}`, numeric: true })),
    ],
    rows: drift.map((each) => [
      cellName(each),
      each.output,
      each.against,
      each.firstBeyond === null ? "–" : `from step ${each.firstBeyond}`,
      ...shown.map((step) => formatDifference(each.maxAbs[step - 1] ?? null)),
    ]),
  };
}

/** Numbers of steps, evenly spread. */
function spread(count: number): number[] {
  if (count <= MOST) return Array.from({ length: count }, (_, i) => i + 1);
  return Array.from({ length: MOST }, (_, i) => 1 + Math.round((i * (count - 1)) / (MOST - 1)));
}
