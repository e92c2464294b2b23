import { wilsonInterval } from "@congruent/core";
import { type Evaluation, evaluationSchema } from "@congruent/core/schemas";
import {
  formatCount,
  formatPercent,
  formatPlural,
  formatSeconds,
  formatVersions,
} from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { renderEvaluationPage } from "../pages/evaluation-page.js";
import { metricFacts, metricNotes } from "../tables/metric-rows.js";
import { calibrationRows, rankRows, worstRows } from "../tables/probability-rows.js";
import { confusedRows, scoreRows } from "../tables/score-rows.js";
import { defineReport } from "./report-definition.js";

export interface EvaluationOptions {
  /** The accuracy (0..1) below which the check fails. Default: the check never fails. */
  minAccuracy?: number;
}

/** An evaluation as a sheet; one check, the accuracy. */
export function evaluationSheet(evaluation: Evaluation, { minAccuracy }: EvaluationOptions = {}): Sheet {
  const { dataset, model, labels, mistakes, ranking, probabilistic } = evaluation;
  const [low, high] = wilsonInterval(dataset.samples - mistakes.length, dataset.samples);
  const below = minAccuracy !== undefined && !(evaluation.accuracy >= minAccuracy);
  const interval = `95 % interval ${formatPercent(low)} to ${formatPercent(high)}`;
  const lead = `Accuracy ${formatPercent(evaluation.accuracy)} (${interval}) on ${formatPlural(dataset.samples, "sample")} (${dataset.name}, ${dataset.split}), run by ${evaluation.runtime}`;
  const gate =
    minAccuracy === undefined
      ? ""
      : `, ${below ? "below" : "at least"} the ${formatPercent(minAccuracy)} asked for`;
  return {
    title: `Evaluation of ${model.name}`,
    lead: `${lead}${gate}.`,
    tone: minAccuracy === undefined ? "neutral" : below ? "bad" : "good",
    facts: [
      { name: "model", value: model.path },
      { name: "sha256", value: model.sha256 },
      { name: "mistakes", value: formatCount(mistakes.length) },
      ...metricFacts(evaluation),
      { name: "inference", value: formatSeconds(evaluation.seconds) },
      { name: "versions", value: formatVersions(evaluation.versions) },
    ],
    tables: [
      { caption: "Classification report", ...scoreRows(evaluation.report) },
      { caption: "Most frequent mistakes", ...confusedRows(labels, evaluation.confusion) },
      ...(ranking ? [{ caption: "One class against the rest", ...rankRows(ranking, labels) }] : []),
      ...(probabilistic
        ? [
            { caption: "Confidence and accuracy", ...calibrationRows(probabilistic.calibration) },
            { caption: "True classes thought least likely", ...worstRows(probabilistic.worst, labels) },
          ]
        : []),
    ],
    notes: metricNotes(evaluation),
    checks: [
      {
        name: "accuracy",
        group: `evaluation.${model.name}`,
        outcome: below ? "fail" : "pass",
        message: `${lead}${gate}`,
        seconds: evaluation.seconds,
      },
    ],
    data: evaluation,
  };
}

export const evaluationReport = defineReport<Evaluation, EvaluationOptions>({
  id: "congruent/evaluation@1",
  schema: evaluationSchema,
  sheet: evaluationSheet,
  page: renderEvaluationPage,
});
