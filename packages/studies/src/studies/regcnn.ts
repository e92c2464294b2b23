import type { EpochLog } from "@congruent/core/schemas";
import { formatCount, formatPercent } from "@congruent/report";
import type { ScoredModel, Study, StudyModel } from "../study.js";
import { mcnemar } from "../vocabulary/comparison.js";
import { costsTable, latencyTable } from "../vocabulary/costs.js";
import { countsFigure, dataTable, samples } from "../vocabulary/data.js";
import {
  answersSection,
  confusionsSection,
  paritySection,
  probabilitiesSection,
} from "../vocabulary/model-sections.js";
import { scored } from "../vocabulary/scored.js";
import { classificationReports, furtherScores, intervalsFigure, scoresTable } from "../vocabulary/scores.js";
import { quirk, section, table, text } from "../vocabulary/section.js";
import { layersTable } from "../vocabulary/summary.js";
import { curvesOver, timesFigure, trainingTable } from "../vocabulary/training.js";

/** Study B: a CNN regularized by batch normalization, dropout and L2, without and with augmented images. */
export const regcnn: Study = {
  name: "regcnn",
  letter: "B",
  title: "Regularized CNN",
  question:
    "How far does a regularized CNN come, and does the augmentation help that the study built and did not use?",
  models: [
    { name: "regcnn-plain", kind: "network", reported: { accuracy: 0.9945 }, reportedStep: "11–13 (GPU)" },
    { name: "regcnn", kind: "network" },
  ],
  augmented: "regcnn",
  sections(context) {
    const { dataset, models, model, parts, augmented } = context;
    const data = parts(model("regcnn-plain"));
    return [
      section(
        "data",
        "Data",
        text(
          "A tenth of the training images, drawn as scikit-learn's train_test_split does with seed 42, is the validation data.",
        ),
        dataTable(dataset, data),
        samples("samples", dataset, data.train, { count: 10, title: "Training images" }),
        countsFigure("label-counts", dataset, data.train, "Training images per class"),
      ),
      section("network", "Network", layersTable(model("regcnn-plain"))),
      section(
        "training",
        "Training",
        quirk(
          "The study builds a generator of augmented images (turned by up to 10°, zoomed by 0.9 to 1.1, shifted by up to 10 %) and then trains without it. Its accuracy belongs to regcnn-plain; regcnn is the same network trained with the augmentation.",
        ),
        augmented
          ? samples("augmented", dataset, augmented, {
              count: 25,
              columns: 5,
              title: "Training images, each as it is and four times augmented",
            })
          : null,
        text(
          "The learning rate is halved after three epochs without a better validation loss; after seven the training ends, and the best epoch's weights are taken.",
        ),
        trainingTable(models),
        stopsTable(models),
        curvesOver(models),
        timesFigure(models),
      ),
      section(
        "scores",
        "Scores",
        scoresTable(context, models),
        intervalsFigure(context, models),
        furtherScores(models),
        classificationReports(models),
      ),
      section("comparison", "Comparison", mcnemar(models), costsTable(models), latencyTable(context, models)),
      confusionsSection(models),
      answersSection(models, data.test, { shown: 6 }),
      probabilitiesSection(models),
      paritySection(models),
    ];
  },
};

/** When the learning rate was lowered and the training ended. */
function stopsTable(models: readonly StudyModel[]) {
  return table(
    "What the callbacks did",
    [
      { title: "model" },
      { title: "epochs", numeric: true },
      { title: "best validation loss in epoch", numeric: true },
      { title: "its validation accuracy", numeric: true },
      { title: "learning rate lowered after epoch" },
      { title: "ended" },
    ],
    scored(models).map(stopsRow),
  );
}

function stopsRow({ name, found }: ScoredModel): string[] {
  const { epochs, environment } = found;
  const [first, ...rest] = epochs.filter(({ valLoss }) => valLoss !== undefined);
  const best = rest.reduce((least, log) => ((log.valLoss ?? 0) < (least?.valLoss ?? 0) ? log : least), first);
  const stopped = environment?.stopped;
  return [
    name,
    formatCount(epochs.length),
    best ? String(best.epoch) : "–",
    best?.valAccuracy === undefined ? "–" : formatPercent(best.valAccuracy),
    lowered(epochs),
    stopped ? `after epoch ${stopped.epoch}: ${stopped.reason}` : "after its last epoch",
  ];
}

function lowered(epochs: readonly EpochLog[]): string {
  const at = epochs.flatMap(({ learningRate = 0 }, index) => {
    const before = epochs[index - 1];
    return before?.learningRate !== undefined && learningRate < before.learningRate ? [before.epoch] : [];
  });
  return at.length === 0 ? "never" : at.join(", ");
}
