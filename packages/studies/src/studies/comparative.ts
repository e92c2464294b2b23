import type { Study } from "../study.js";
import { mcnemar } from "../vocabulary/comparison.js";
import { costFigures, costsTable, latencyTable } from "../vocabulary/costs.js";
import { countsFigure, dataTable, samples } from "../vocabulary/data.js";
import {
  answersSection,
  confusionsSection,
  paritySection,
  probabilitiesSection,
} from "../vocabulary/model-sections.js";
import { classificationReports, furtherScores, intervalsFigure, scoresTable } from "../vocabulary/scores.js";
import { quirk, section, text } from "../vocabulary/section.js";
import { curvesOver, timesFigure, trainingTable } from "../vocabulary/training.js";

/** Study A: LeNet, ResNet, VGG and a transformer on the same data by the same protocol. */
export const comparative: Study = {
  name: "comparative",
  letter: "A",
  title: "Comparative study of four architectures",
  question: "Which of four architectures reads handwritten digits best, and at what cost?",
  models: [
    { name: "lenet", kind: "network", reported: { accuracy: 0.9913 }, reportedStep: "3 (GPU)" },
    { name: "resnet", kind: "network", reported: { accuracy: 0.9911 }, reportedStep: "6–7 (GPU)" },
    { name: "vgg", kind: "network", reported: { accuracy: 0.9949 }, reportedStep: "11–12 (GPU)" },
    { name: "transformer", kind: "network", reported: { accuracy: 0.9854 }, reportedStep: "8–9 (GPU)" },
  ],
  sections(context) {
    const { dataset, models, model, parts } = context;
    const data = parts(model("lenet"));
    return [
      section(
        "data",
        "Data",
        text(
          "The last tenth of the training images, unshuffled, is the validation data; the rest is shuffled again every epoch.",
        ),
        dataTable(dataset, data),
        samples("samples", dataset, data.train, { count: 20, title: "The first training images" }),
        countsFigure("label-counts", dataset, data.train, "Training images per class"),
      ),
      section(
        "training",
        "Training",
        text(
          `Adam with Keras' defaults, cross-entropy${context.original ? ", batches of 64, 25 epochs" : ""}. The transformer reads an image as 28 rows of 28 pixels.`,
        ),
        trainingTable(models),
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
      section(
        "comparison",
        "Comparison",
        quirk(
          "The study puts its four models side by side by their accuracies alone. Near 0.99, 10,000 test images leave an interval of about ±0.0018: smaller differences mean nothing.",
        ),
        mcnemar(models),
        costsTable(models),
        latencyTable(context, models),
        costFigures(context, models),
      ),
      confusionsSection(models),
      answersSection(models, data.test, { shown: 8 }),
      probabilitiesSection(models),
      paritySection(models),
    ];
  },
};
