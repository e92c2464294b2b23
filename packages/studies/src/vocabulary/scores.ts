import { meanAndDeviation, wilsonInterval } from "@congruent/core";
import { metricScores } from "@congruent/core/schemas";
import {
  accuracyIntervals,
  type DocumentBlock,
  formatCount,
  formatScore,
  metricTable,
  scoreRows,
} from "@congruent/report";
import type { FoundModel } from "../models/found-model.js";
import type { Reported, ScoredModel, StudyContext, StudyModel } from "../study.js";
import { NOT_HERE, scored } from "./scored.js";
import { figure, table, text } from "./section.js";

/** Right answers on the test images, and Wilson's 95 % interval of the accuracy. */
export function scoreOf({ found }: ScoredModel) {
  const { samples } = found.evaluation.dataset;
  const right = samples - found.evaluation.mistakes.length;
  return { right, samples, accuracy: found.evaluation.accuracy, interval: wilsonInterval(right, samples) };
}

/** Our numbers next to the reported ones; what is missing, with the commands that make it. */
export function scoresTable(context: StudyContext, models: readonly StudyModel[]): DocumentBlock[] {
  const missing = models.filter(({ found }) => !found);
  const commands = [...new Set(missing.map(({ command }) => command))].join("; ");
  const told = `${missing.map(({ name }) => name).join(", ")}: not trained here. What gets ${missing.length === 1 ? "it" : "them"}: ${commands}.`;
  return [accuraciesTable(context, models), ...(missing.length > 0 ? [text(told)] : [])];
}

function accuraciesTable({ original }: StudyContext, models: readonly StudyModel[]): DocumentBlock {
  const reported = original && models.some(({ plan }) => plan.reported);
  const repeated = models.some(({ found }) => (found?.seeds.length ?? 0) > 1);
  const of = (model: StudyModel, show: (score: ReturnType<typeof scoreOf>, found: FoundModel) => string) =>
    model.found ? show(scoreOf({ ...model, found: model.found }), model.found) : "–";
  const columns = [
    { title: "model", cell: ({ name }: StudyModel) => name },
    {
      title: "reported",
      numeric: true,
      shown: reported,
      cell: ({ plan }: StudyModel) => (plan.reported ? formatReported(plan.reported) : "–"),
    },
    {
      title: "here",
      numeric: true,
      cell: (model: StudyModel) =>
        model.found ? of(model, ({ accuracy }) => formatScore(accuracy)) : NOT_HERE,
    },
    {
      title: "95 % interval",
      cell: (model: StudyModel) => of(model, ({ interval }) => interval.map(formatScore).join(" to ")),
    },
    {
      title: "wrong",
      numeric: true,
      cell: (model: StudyModel) => of(model, ({ right, samples }) => formatCount(samples - right)),
    },
    {
      title: "reported lies",
      shown: reported,
      cell: (model: StudyModel) => {
        const { reported: theirs } = model.plan;
        return isComparable(theirs) ? of(model, ({ interval }) => placed(theirs, interval)) : "–";
      },
    },
    {
      title: "mean of all seeds",
      shown: repeated,
      cell: (model: StudyModel) => of(model, (_, { seeds }) => spread(seeds)),
    },
    { title: "from", cell: (model: StudyModel) => of(model, (_, { source }) => source) },
  ].filter(({ shown = true }) => shown);
  return table(
    `Test accuracy with Wilson's 95 % interval${reported ? ", beside what the study reported" : ""}`,
    columns.map(({ title, numeric = false }) => ({ title, numeric })),
    models.map((model) => columns.map(({ cell }) => cell(model))),
  );
}

/**
 * A reported accuracy with the digits that it was printed with.
 *
 * @example
 * ```ts
 * formatReported({ accuracy: 0.98, digits: 2 }); // => "0.98"
 * formatReported({ accuracy: 0.97 }); // => "0.9700"
 * ```
 */
export function formatReported({ accuracy, digits = REPORTED_DIGITS }: Reported): string {
  return accuracy.toFixed(digits);
}

/** Whether a reported accuracy is that of a model on the test images, as ours are: only then can they be compared. */
export function isComparable(reported: Reported | undefined): reported is Reported {
  return reported !== undefined && reported.of === undefined;
}

/** Of scikit-learn's reports with four digits, and of Keras' log. */
export const REPORTED_DIGITS = 4;

/**
 * Where a reported accuracy lies, seen from our interval; it may be anything that rounds to what was printed.
 *
 * @example
 * ```ts
 * placed({ accuracy: 0.98, digits: 2 }, [0.9803, 0.9854]); // => "within it"
 * placed({ accuracy: 0.98, digits: 4 }, [0.9803, 0.9854]); // => "below it"
 * ```
 */
export function placed(reported: Reported | undefined, [low, high]: readonly [number, number]): string {
  if (reported === undefined) return "–";
  const rounding = 0.5 * 10 ** -(reported.digits ?? REPORTED_DIGITS);
  if (reported.accuracy + rounding < low) return "below it";
  return reported.accuracy - rounding > high ? "above it" : "within it";
}

/**
 * Mean, standard deviation and number of several seeds' accuracies; – of one alone.
 *
 * @example
 * ```ts
 * spread([{ accuracy: 0.98 }, { accuracy: 0.99 }]); // => "0.9850 ± 0.0071 (2)"
 * ```
 */
export function spread(seeds: readonly { accuracy: number }[]): string {
  const { mean, standardDeviation } = meanAndDeviation(seeds.map(({ accuracy }) => accuracy));
  if (standardDeviation === null) return "–";
  return `${formatScore(mean)} ± ${formatScore(standardDeviation)} (${seeds.length})`;
}

/** The same as points with their intervals. */
export function intervalsFigure({ original }: StudyContext, models: readonly StudyModel[]): DocumentBlock {
  return figure(
    "accuracies",
    accuracyIntervals({
      title: "Test accuracy",
      models: models.map((model) => ({
        name: model.name,
        score: model.found ? scoreOf({ ...model, found: model.found }) : null,
        ...(original &&
          isComparable(model.plan.reported) && {
            reported: model.plan.reported.accuracy,
            reportedDigits: model.plan.reported.digits ?? REPORTED_DIGITS,
          }),
        others: model.found?.seeds.slice(1).map(({ accuracy }) => accuracy) ?? [],
      })),
    }),
  );
}

/** Weighted precision, recall and F1, as the studies print them, and every other metric of the models that are here. */
export function furtherScores(models: readonly StudyModel[]): DocumentBlock[] {
  const here = scored(models).map(({ name, found }) => ({ name, scores: metricScores(found.evaluation) }));
  const metrics = metricTable(here);
  return [
    weightedTable(models),
    ...(here.length > 0 ? [table("Other scores, on the test images", metrics.columns, metrics.rows)] : []),
  ];
}

function weightedTable(models: readonly StudyModel[]): DocumentBlock {
  return table(
    "Weighted averages over the classes, on the test images",
    [
      { title: "model" },
      { title: "precision", numeric: true },
      { title: "recall", numeric: true },
      { title: "f1", numeric: true },
    ],
    models.map(({ name, found }) => {
      if (!found) return [name, NOT_HERE, "–", "–"];
      const { precision, recall, f1 } = found.evaluation.report.weighted;
      return [name, ...[precision, recall, f1].map(formatScore)];
    }),
  );
}

/** A classification report of each model, with four digits. */
export function classificationReports(models: readonly StudyModel[]): DocumentBlock[] {
  return scored(models).map(({ name, found }) => ({
    kind: "table" as const,
    caption: `${name}: classification report`,
    ...scoreRows(found.evaluation.report),
  }));
}
