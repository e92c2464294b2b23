import { formatScore } from "@congruent/report";
import type { Study, StudyModel } from "../study.js";
import { mcnemar } from "../vocabulary/comparison.js";
import { costsTable, latencyTable } from "../vocabulary/costs.js";
import { dataTable, samples } from "../vocabulary/data.js";
import {
  answersSection,
  confusionsSection,
  paritySection,
  probabilitiesSection,
} from "../vocabulary/model-sections.js";
import { NOT_HERE } from "../vocabulary/scored.js";
import { classificationReports, furtherScores, intervalsFigure, scoresTable } from "../vocabulary/scores.js";
import { searchParts } from "../vocabulary/search.js";
import { quirk, section, table, text } from "../vocabulary/section.js";
import { layersTable } from "../vocabulary/summary.js";
import { curvesOver, timesFigure, trainingTable } from "../vocabulary/training.js";

/** Study D: an MLP, and what a search over its hyper-parameters makes of it. */
export const tunedMlp: Study = {
  name: "tuned-mlp",
  letter: "D",
  title: "MLP and its tuned version",
  question: "How much does a random search over its hyper-parameters gain an MLP?",
  models: [
    { name: "mlp", kind: "network" },
    { name: "mlp-tuned", kind: "network" },
    // Not of the study: what a guided search finds in the same space.
    { name: "mlp-tuned-plus", kind: "network" },
  ],
  searched: "mlp-tuned",
  sections(context) {
    const { dataset, models, model, parts, search } = context;
    const [original, tuned, guided] = [model("mlp"), model("mlp-tuned"), model("mlp-tuned-plus")];
    const data = parts(original);
    return [
      section(
        "data",
        "Data",
        quirk(
          "The study's text says that 10,000 images are the validation data; its code takes the last 20 %, 12,000. The code is followed.",
        ),
        dataTable(dataset, data),
        samples("samples", dataset, data.train, { count: 25, columns: 5, title: "Training images" }),
      ),
      section("network", "Network before tuning", layersTable(original)),
      section(
        "search",
        "Search",
        context.original
          ? text(
              "Random search with seed 42 for the best validation accuracy: 10 trials of two executions, 10 epochs each in batches of 32. The best values are then trained for 20 epochs.",
            )
          : null,
        search ? searchParts(search) : text(`The search has not been made here: ${tuned.command}`),
        layersTable(tuned),
        quirk(
          "The study's space has no L2 below the 0.01 of the untuned model, and few of ten random trials meet a good combination. mlp-tuned-plus, which is not of the study, is the best of 16 trials that a tree-structured Parzen estimator chose in the same space with L2 of 0, 0.0001, 0.001 and 0.01 (models/mlp-tuned-plus/tuning.json).",
        ),
        layersTable(guided),
      ),
      section("training", "Training", trainingTable(models), curvesOver(models), timesFigure(models)),
      section(
        "scores",
        "Scores",
        quirk("The study prints no accuracy, so there is nothing to compare these numbers with."),
        lossTable(models),
        scoresTable(context, models),
        intervalsFigure(context, models),
        furtherScores(models),
        classificationReports(models),
      ),
      section("comparison", "Comparison", mcnemar(models), costsTable(models), latencyTable(context, models)),
      confusionsSection(models),
      answersSection(models, data.test, {
        title: "The first 10 test images: original, tuned, tuned better and true",
      }),
      probabilitiesSection(models),
      paritySection(models),
    ];
  },
};

/** Test accuracy and loss, original and tuned. */
function lossTable(models: readonly StudyModel[]) {
  return table(
    "On the test images",
    [
      { title: "model" },
      { title: "accuracy", numeric: true },
      { title: "loss (cross-entropy)", numeric: true },
    ],
    models.map(({ name, found }) => {
      if (!found) return [name, NOT_HERE, "–"];
      const { accuracy, probabilistic } = found.evaluation;
      return [name, formatScore(accuracy), probabilistic ? formatScore(probabilistic.logLoss) : "–"];
    }),
  );
}
