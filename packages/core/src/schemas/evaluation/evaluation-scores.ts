import { z } from "zod";
import { formerNames } from "../former-names.js";

const share = z.number().min(0).max(1);

/** What can be said of any numbers by which classes are ranked: probabilities, logits or decision scores. */
export const rankingSchema = z.object({
  from: z
    .enum(["probabilities", "logits", "scores"])
    .describe(
      "the model's output; classes one by one are ranked differently by logits than by probabilities",
    ),
  /** How often the true class is among the k highest. */
  topK: z.array(z.object({ k: z.int().positive(), accuracy: share })),
  /** Mean over the classes; null where a class has no AUC, as in scikit-learn (NaN). */
  macroAuc: share.nullable(),
  /** Mean over the classes. */
  macroAveragePrecision: share,
  /** Each class against the rest, in the order of the labels. */
  classes: z.array(
    z.object({
      auc: share.nullable().describe("null where all examples, or none, are of the class"),
      averagePrecision: share,
      roc: z
        .object({ fpr: z.array(share), tpr: z.array(share) })
        .nullable()
        .describe("null where the AUC is"),
      precisionRecall: z.object({ recall: z.array(share), precision: z.array(share) }),
    }),
  ),
  /** The curves have so many points only that no other is further than this from the line through them (and five decimals); areas are of all points. */
  curveTolerance: z.number().nonnegative(),
});
export type Ranking = z.output<typeof rankingSchema>;

/** What can be said of probabilities alone. */
export const probabilisticSchema = z.object({
  logLoss: z.number().nonnegative(),
  brier: z.number().nonnegative().describe("0..2; half of it for two classes, as in scikit-learn"),
  /** Expected calibration error of the predicted class's probability. */
  calibrationError: share,
  /** The bins of a reliability diagram: confidences above `from` up to `to`. */
  calibration: z.array(
    z.object({
      from: share,
      to: share,
      count: z.int().nonnegative(),
      confidence: share.nullable().describe("mean; null without predictions"),
      accuracy: share.nullable(),
    }),
  ),
  /** The examples whose true class got the lowest probabilities, the lowest first. */
  worst: z.array(
    z.preprocess(
      formerNames({ truth: "label" }),
      z.object({
        index: z.int().nonnegative().describe("position in the split"),
        /** The right one. */
        label: z.int().nonnegative(),
        predicted: z.int().nonnegative(),
        probability: share.describe("of the true class"),
        /** The classes that the model thought most likely, the first first. */
        likeliest: z.array(z.object({ class: z.int().nonnegative(), probability: share })),
      }),
    ),
  ),
});
export type Probabilistic = z.output<typeof probabilisticSchema>;
