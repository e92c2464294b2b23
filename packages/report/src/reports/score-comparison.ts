import { type ScoreComparison, scoreComparisonSchema } from "@congruent/core/schemas";
import { formatCount, formatPercent, formatPlural } from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { renderScoreComparisonPage } from "../pages/score-comparison-page.js";
import { metricTable } from "../tables/metric-rows.js";
import { defineReport } from "./report-definition.js";

export interface ScoreComparisonSheetOptions {
  /** The accuracy (0..1) that every model must reach. Default: the checks never fail. */
  minAccuracy?: number;
}

/** Models scored on the same images as a sheet: who is how good, and which differences are more than noise. */
export function scoreComparisonSheet(
  comparison: ScoreComparison,
  { minAccuracy }: ScoreComparisonSheetOptions = {},
): Sheet {
  const { dataset, models, pairs, alpha } = comparison;
  const below = models.filter(({ accuracy }) => minAccuracy !== undefined && accuracy < minAccuracy);
  const differ = pairs.filter(({ significant }) => significant).length;
  const noise = pairs.length - differ;
  const others = metricTable(models.map(({ name, scores }) => ({ name, scores })));
  const gate =
    minAccuracy === undefined
      ? ""
      : ` ${formatCount(models.length - below.length)} of ${formatPlural(models.length, "model")} reach the ${formatPercent(minAccuracy)} asked for.`;
  return {
    title: "Models on the same images",
    lead: `${formatPlural(models.length, "model")} on ${formatPlural(dataset.samples, "sample")} (${dataset.name}, ${dataset.split}): of ${formatPlural(pairs.length, "difference")}, ${differ} ${differ === 1 ? "is" : "are"} more than noise and ${noise} ${noise === 1 ? "is" : "are"} not.${gate}`,
    tone: minAccuracy === undefined ? "neutral" : below.length > 0 ? "bad" : "good",
    facts: models.map(({ name, path, sha256 }) => ({ name: `sha256 of ${name} (${path})`, value: sha256 })),
    tables: [
      {
        caption: "Accuracies",
        columns: [
          { title: "model" },
          { title: "accuracy", numeric: true },
          { title: "95 % interval", numeric: true },
          { title: "mistakes", numeric: true },
        ],
        rows: models.map(({ name, accuracy, interval: [low, high], correct }) => [
          name,
          formatPercent(accuracy),
          `${formatPercent(low)} … ${formatPercent(high)}`,
          formatCount(dataset.samples - correct),
        ]),
      },
      // Older files have the accuracies alone.
      ...(others.columns.length > 1 ? [{ caption: "Other scores", ...others }] : []),
      {
        caption: "Differences",
        columns: [
          { title: "models" },
          { title: "difference", numeric: true },
          { title: "the first alone right", numeric: true },
          { title: "the second alone right", numeric: true },
          { title: "p", numeric: true },
          { title: "adjusted p", numeric: true },
          { title: "so they" },
        ],
        rows: pairs.map((pair) => [
          pairName(comparison, pair),
          `${pair.difference > 0 ? "+" : ""}${(pair.difference * 100).toFixed(2)} points`,
          formatCount(pair.onlyFirst),
          formatCount(pair.onlySecond),
          formatP(pair.pValue),
          formatP(pair.adjustedP),
          pair.significant ? "differ" : "may be equal",
        ]),
      },
    ],
    notes: [
      "Intervals are Wilson's. p is McNemar's exact test, two-sided, of the images that one of the two alone classifies rightly; it is adjusted by Holm's method for all pairs together.",
      `A difference counts as more than noise where its adjusted p is below ${alpha}. It speaks of these trained models, not of their architectures: another seed is another model.`,
    ],
    checks: models.map(({ name, accuracy }) => ({
      name,
      group: "evaluation",
      outcome: minAccuracy !== undefined && accuracy < minAccuracy ? "fail" : "pass",
      message: `accuracy ${formatPercent(accuracy)}`,
    })),
    data: comparison,
  };
}

/** Two models in words: `lenet, resnet`. */
export function pairName(
  { models }: Pick<ScoreComparison, "models">,
  { first, second }: Pick<ScoreComparison["pairs"][number], "first" | "second">,
): string {
  return `${models[first]?.name}, ${models[second]?.name}`;
}

/**
 * A p-value: two significant digits; very small values are shown as a limit.
 *
 * @example
 * ```ts
 * formatP(0.0312); // => "0.031"
 * formatP(2e-9); // => "< 0.0001"
 * formatP(1); // => "1.0"
 * ```
 */
export function formatP(p: number): string {
  return p < 1e-4 ? "< 0.0001" : p.toPrecision(2);
}

export const scoreComparisonReport = defineReport<ScoreComparison, ScoreComparisonSheetOptions>({
  id: "congruent/score-comparison@1",
  schema: scoreComparisonSchema,
  sheet: scoreComparisonSheet,
  page: renderScoreComparisonPage,
});
