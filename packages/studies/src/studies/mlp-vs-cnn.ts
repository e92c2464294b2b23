import { formatScore } from "@congruent/report";
import type { Study, StudyContext } from "../study.js";
import { mcnemar } from "../vocabulary/comparison.js";
import { costFigures, costsTable, latencyTable } from "../vocabulary/costs.js";
import { dataTable, samples } from "../vocabulary/data.js";
import {
  answersSection,
  confusionsSection,
  paritySection,
  probabilitiesSection,
} from "../vocabulary/model-sections.js";
import { NOT_HERE } from "../vocabulary/scored.js";
import { classificationReports, formatReported, furtherScores, scoresTable } from "../vocabulary/scores.js";
import { quirk, section, table, text } from "../vocabulary/section.js";
import { layersTable } from "../vocabulary/summary.js";
import { curvesOver, timesFigure, trainingTable } from "../vocabulary/training.js";

/** How many epochs the study shows; its accuracies are the best of them. */
const VISIBLE_EPOCHS = 6;

const of = `best of the ${VISIBLE_EPOCHS} visible epochs, picked on the test images`;

/** Study C: one hidden layer of 512 units against a CNN without pooling. */
export const mlpVsCnn: Study = {
  name: "mlp-vs-cnn",
  letter: "C",
  title: "MLP against CNN",
  question: "How much does a convolutional network gain over a plain one, and what does it cost?",
  models: [
    { name: "mlp512", kind: "network", reported: { accuracy: 0.979, of }, reportedStep: "11 (CPU)" },
    { name: "cnn-nopool", kind: "network", reported: { accuracy: 0.9891, of }, reportedStep: "414 (CPU)" },
  ],
  sections(context) {
    const { dataset, models, model, parts } = context;
    const data = parts(model("mlp512"));
    return [
      section(
        "data",
        "Data",
        quirk(
          "The study validates with the test images and reports the best epoch: its accuracies were picked on the images that they are measured with. The headline here is the last epoch's; what the study would have reported is in the table of epochs.",
        ),
        dataTable(dataset, data),
        samples("samples", dataset, data.train, { count: 10, title: "Training images" }),
      ),
      section("networks", "Networks", models.map(layersTable)),
      section(
        "training",
        "Training",
        text(
          `Adam with Keras' defaults, categorical cross-entropy on one-hot labels${context.original ? ", batches of 128, 10 epochs" : ""}.`,
        ),
        trainingTable(models),
        curvesOver(models),
        timesFigure(models),
      ),
      section(
        "scores",
        "Scores",
        epochsTable(context),
        scoresTable(context, models),
        furtherScores(models),
        classificationReports(models),
      ),
      section(
        "comparison",
        "Comparison",
        mcnemar(models),
        costsTable(models),
        latencyTable(context, models),
        costFigures(context, models),
      ),
      confusionsSection(models),
      answersSection(models, data.test, { shown: 6 }),
      probabilitiesSection(models),
      paritySection(models),
    ];
  },
};

/** What the study would have reported of these trainings, and what counts here. */
function epochsTable({ models, original }: StudyContext) {
  return table(
    "Accuracy on the test images, epoch by epoch picked and not",
    [
      { title: "model" },
      ...(original ? [{ title: `reported: best of ${VISIBLE_EPOCHS} epochs`, numeric: true }] : []),
      { title: `here: best of ${VISIBLE_EPOCHS} epochs`, numeric: true },
      { title: "here: best of all epochs", numeric: true },
      { title: "here: last epoch (counts)", numeric: true },
    ],
    models.map(({ name, plan, found }) => {
      const validation = found?.epochs.flatMap(({ valAccuracy }) => valAccuracy ?? []) ?? [];
      const best = (values: readonly number[]) =>
        values.length === 0 ? NOT_HERE : formatScore(Math.max(...values));
      const last = validation.at(-1);
      return [
        name,
        ...(original ? [plan.reported ? formatReported(plan.reported) : "–"] : []),
        best(validation.slice(0, VISIBLE_EPOCHS)),
        best(validation),
        last === undefined ? NOT_HERE : formatScore(last),
      ];
    }),
  );
}
