import { z } from "zod";
import { METRIC_NAMES, type MetricName, metricDefinition } from "../../metrics.js";
import { formerNames } from "../former-names.js";
import { runtimeNameSchema } from "../names.js";
import { probabilisticSchema, rankingSchema } from "./evaluation-scores.js";
import { type MetricScores, metricScoresSchema } from "./metric-scores.js";

const averages = z.object({
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  support: z.int().nonnegative(),
});
export type ReportRow = z.output<typeof averages>;

/** The fields of scikit-learn's classification_report. */
export const classificationReportSchema = z.object({
  classes: z.array(averages.extend({ label: z.string() })),
  accuracy: z.number(),
  /** Only where the rows leave out a class that occurs: then it is no longer the accuracy. */
  micro: averages.optional(),
  macro: averages,
  weighted: averages,
});
export type ClassificationReport = z.output<typeof classificationReportSchema>;

/** What images are for; a recipe says which are trained on, validated on and held out. */
export const splitNameSchema = z.enum(["train", "validation", "heldOut", "test"]);
export type SplitName = z.output<typeof splitNameSchema>;

const mistakeSchema = z.preprocess(
  formerNames({ truth: "label" }),
  z.object({
    index: z.int().nonnegative().describe("position in the split"),
    /** The right one. */
    label: z.int().nonnegative(),
    predicted: z.int().nonnegative(),
    probability: z.number().nullable().describe("of the predicted class, null where the model has none"),
  }),
);

/** `congruent evaluate --report`: scores of one model on one data set by one runtime. */
export const evaluationSchema = z.object({
  schema: z.literal("congruent/evaluation@1"),
  model: z.object({ path: z.string(), sha256: z.string(), name: z.string() }),
  dataset: z.object({
    name: z.string(),
    split: splitNameSchema,
    samples: z.int().nonnegative(),
    sha256: z.string().optional().describe("of the images and labels as they were evaluated, in their order"),
  }),
  runtime: runtimeNameSchema,
  versions: z.record(z.string(), z.string()),
  accuracy: z.number(),
  report: classificationReportSchema,
  /** confusion[true][predicted], counts. */
  confusion: z.array(z.array(z.int().nonnegative())),
  labels: z.array(z.string()),
  /** Every wrongly classified example, the most confident first: with the labels, that is what was predicted for each. */
  mistakes: z.array(mistakeSchema),
  seconds: z.number().nonnegative().describe("inference alone"),
  /** Every metric by its name, also those that have a field of their own; absent from older files, so read them with `metricValue`. */
  scores: metricScoresSchema.optional(),
  /** Top-k, ROC, precision and recall; null where `reasons` says why, absent from older files. */
  ranking: rankingSchema.nullable().optional(),
  /** Log loss, Brier score, calibration; null where `reasons` says why, absent from older files. */
  probabilistic: probabilisticSchema.nullable().optional(),
  reasons: z.object({ ranking: z.string().optional(), probabilistic: z.string().optional() }).optional(),
});
export type Evaluation = z.output<typeof evaluationSchema>;

/**
 * A metric of an evaluation, from files of any age.
 *
 * @returns null where it is not defined or the model does not give what it needs; undefined where nothing is known
 * @example
 * ```ts
 * metricValue({ accuracy: 0.98, scores: { accuracy: 0.98, logLoss: null } }, "logLoss"); // => null
 * metricValue({ accuracy: 0.98 }, "accuracy"); // => 0.98
 * metricValue({ accuracy: 0.98 }, "logLoss"); // => undefined
 * ```
 */
export function metricValue(
  evaluation: Pick<Evaluation, "accuracy" | "scores" | "ranking" | "probabilistic">,
  name: MetricName,
): number | null | undefined {
  const older = metricDefinition(name).olderField?.(evaluation);
  return older === undefined ? evaluation.scores?.[name] : older;
}

/** All that is known of an evaluation's metrics, from files of any age. */
export function metricScores(evaluation: Parameters<typeof metricValue>[0]): MetricScores {
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, metricValue(evaluation, name)]).filter(
      ([, value]) => value !== undefined,
    ),
  ) as MetricScores;
}
