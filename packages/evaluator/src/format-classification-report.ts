import type { ClassificationReport, ReportRow } from "@congruent/core/schemas";

export interface FormatReportOptions {
  /** Digits after the decimal point. Default: 4. */
  digits?: number;
}

const HEADINGS = ["precision", "recall", "f1-score", "support"];
const LONGEST_AVERAGE = "weighted avg";
const CELL = 9;

/**
 * A report as the text that scikit-learn's `classification_report` prints, to the last character.
 *
 * @example
 * ```ts
 * const report = classificationReport([0, 1], [0, 1], ["cat", "dog"]);
 * formatClassificationReport(report).split("\n")[2]; // => "         cat     1.0000    1.0000    1.0000         1"
 * ```
 */
export function formatClassificationReport(
  report: ClassificationReport,
  { digits = 4 }: FormatReportOptions = {},
): string {
  const { accuracy, micro, macro, weighted } = report;
  // scikit-learn's counts turn into floats, and are printed as such, when not one prediction is right.
  const count = (support: number) => support.toFixed(accuracy === 0 ? 1 : 0);
  const names = report.classes.map(({ label }) => label);
  const width = Math.max(...[...names, LONGEST_AVERAGE].map((name) => [...name].length), digits);
  const line = (name: string, cells: readonly string[]) =>
    `${right(name, width)} ${cells.map((cell) => ` ${right(cell, CELL)}`).join("")}\n`;
  const row = (name: string, { precision, recall, f1, support }: ReportRow) =>
    line(name, [...[precision, recall, f1].map((value) => fixed(value, digits)), count(support)]);
  return [
    line("", HEADINGS),
    "\n",
    ...report.classes.map((scores) => row(scores.label, scores)),
    "\n",
    micro
      ? row("micro avg", micro)
      : line("accuracy", ["", "", fixed(accuracy, digits), count(macro.support)]),
    row("macro avg", macro),
    row("weighted avg", weighted),
  ].join("");
}

/** `padStart` counts UTF-16 units, Python code points. */
function right(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - [...text].length)) + text;
}

/** Python rounds exact ties to the even digit (1/32 is 0.0312), `toFixed` upwards. */
function fixed(value: number, digits: number): string {
  const oneMore = value.toFixed(digits + 1);
  const isTie = oneMore.endsWith("5") && Number.isInteger(value * 2 ** (digits + 1));
  const down = oneMore.slice(0, -1).replace(/\.$/, "");
  return isTie && Number(down.at(-1)) % 2 === 0 ? down : value.toFixed(digits);
}
