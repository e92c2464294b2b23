import { wilsonInterval } from "@congruent/core";
import type { Evaluation } from "@congruent/core/schemas";
import { formatClassificationReport, normalizeConfusion } from "@congruent/evaluator";
import { formatPercent, metricFacts, metricNotes } from "@congruent/report";
import type { ConfusionCells } from "../options/confusion-cells.js";
import { table } from "./output.js";

/** More classes than a terminal has room for: the report's page shows them. */
const MOST_CLASSES = 20;

/** An evaluation as a terminal shows it. */
export function scoreTable(evaluation: Evaluation, cells: ConfusionCells = "counts"): string {
  const { report, dataset, mistakes } = evaluation;
  const [low, high] = wilsonInterval(dataset.samples - mistakes.length, dataset.samples);
  const facts = [
    { name: "95 % interval of the accuracy", value: `${formatPercent(low)} … ${formatPercent(high)}` },
    ...metricFacts(evaluation),
  ];
  return [
    formatClassificationReport(report, { digits: 4 }),
    confusion(evaluation, cells),
    "",
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    ...metricNotes(evaluation),
  ].join("\n");
}

function confusion({ labels, confusion: counts }: Evaluation, cells: ConfusionCells): string {
  if (labels.length > MOST_CLASSES) return "confusion matrix: see --report FILE.html";
  const shown =
    cells === "counts"
      ? counts.map((row) => row.map(String))
      : normalizeConfusion(counts, cells).map((row) => row.map((share) => share.toFixed(3)));
  const rows = labels.map((label, row) => [
    label,
    ...(shown[row] ?? []).map((text, predicted) => (counts[row]?.[predicted] === 0 ? "·" : text)),
  ]);
  return `confusion matrix (rows: true, columns: predicted${SHARES[cells]})\n${table(["", ...labels], rows)}`;
}

const SHARES: Readonly<Record<ConfusionCells, string>> = {
  counts: "",
  true: ", as shares of the true class",
  pred: ", as shares of the predicted class",
  all: ", as shares of all",
};
