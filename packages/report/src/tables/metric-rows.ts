import {
  METRIC_NAMES,
  type MetricDefinition,
  type MetricInput,
  type MetricName,
  metricDefinition,
} from "@congruent/core";
import { type Evaluation, type MetricScores, metricValue } from "@congruent/core/schemas";
import { formatPercent, formatScore } from "../formats/numbers.js";
import type { Fact, SheetTable } from "../formats/sheet.js";

type Scored = Pick<Evaluation, "accuracy" | "scores" | "ranking" | "probabilistic">;

const FORMATS: Readonly<Record<MetricDefinition["format"], (value: number) => string>> = {
  percent: formatPercent,
  score: formatScore,
};

const ARROWS = { higher: "↑", lower: "↓" } as const;

/**
 * The metrics of an evaluation, one line each. A dash stands for what is not defined; what the model does not give is left out, as
 * {@link metricNotes} say why.
 *
 * @param needs only metrics that need one of these; default: all
 * @example
 * ```ts
 * metricFacts({ accuracy: 0.98974 }).map(({ name, value }) => `${name}: ${value}`); // => ["accuracy: 98.97 %"]
 * ```
 */
export function metricFacts(evaluation: Scored, needs?: readonly MetricInput[]): Fact[] {
  const given: Record<MetricInput, boolean> = {
    labels: true,
    scores: Boolean(evaluation.ranking),
    probabilities: Boolean(evaluation.probabilistic),
  };
  return METRIC_NAMES.flatMap((name) => {
    const { title, description, needs: own } = metricDefinition(name);
    const value = metricValue(evaluation, name);
    const isShown = value !== undefined && given[own] && (needs?.includes(own) ?? true);
    return isShown ? [{ name: title, value: formatMetric(name, value), hint: description }] : [];
  });
}

/**
 * Why metrics are missing from an evaluation, one sentence each.
 *
 * @example
 * ```ts
 * metricNotes({ reasons: { probabilistic: "the model gives scores, no probabilities" } });
 * // => ["No log loss, Brier score, expected calibration error: the model gives scores, no probabilities."]
 * ```
 */
export function metricNotes({ reasons = {} }: Pick<Evaluation, "reasons">): string[] {
  const missing = { scores: reasons.ranking, probabilities: reasons.probabilistic };
  return (["scores", "probabilities"] as const).flatMap((input) => {
    const titles = METRIC_NAMES.map(metricDefinition).filter(({ needs }) => needs === input);
    const reason = missing[input];
    return reason === undefined ? [] : [`No ${titles.map(({ title }) => title).join(", ")}: ${reason}.`];
  });
}

/**
 * Metrics of several models side by side, a column for each metric that is known of one of them; an arrow says whether higher or
 * lower is better. The accuracy is left out: the tables that this one stands beside begin with it.
 *
 * @example
 * ```ts
 * metricTable([{ name: "lenet", scores: { accuracy: 0.99, logLoss: 0.0301 } }, { name: "knn", scores: {} }]);
 * // => {
 * //   columns: [{ title: "model" }, { title: "log loss ↓", numeric: true }],
 * //   rows: [["lenet", "0.0301"], ["knn", "–"]],
 * // }
 * ```
 */
export function metricTable(
  models: readonly { name: string; scores: MetricScores | undefined }[],
): Pick<SheetTable, "columns" | "rows"> {
  const names = METRIC_NAMES.filter(
    (name) => name !== "accuracy" && models.some(({ scores }) => typeof scores?.[name] === "number"),
  );
  const columns = names.map((name) => {
    const { short, better } = metricDefinition(name);
    return { title: `${short} ${ARROWS[better]}`, numeric: true };
  });
  return {
    columns: [{ title: "model" }, ...columns],
    rows: models.map(({ name, scores }) => [
      name,
      ...names.map((metric) => formatMetric(metric, scores?.[metric] ?? null)),
    ]),
  };
}

/**
 * A metric's value in its own format; a dash for null.
 *
 * @example
 * ```ts
 * formatMetric("accuracy", 0.98974); // => "98.97 %"
 * formatMetric("macroAuc", null); // => "–"
 * ```
 */
export function formatMetric(name: MetricName, value: number | null): string {
  return value === null ? "–" : FORMATS[metricDefinition(name).format](value);
}
