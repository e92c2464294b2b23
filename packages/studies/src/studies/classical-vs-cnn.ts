import { wilsonInterval } from "@congruent/core";
import type { Dataset, Split } from "@congruent/datasets";
import { type DocumentBlock, formatCount, formatScore } from "@congruent/report";
import type { StudyFiles } from "../csv-files.js";
import type { Study, StudyContext } from "../study.js";
import { mcnemar } from "../vocabulary/comparison.js";
import { costFigures, costsTable, latencyTable } from "../vocabulary/costs.js";
import { countsFigure, countsOf, dataTable, samples } from "../vocabulary/data.js";
import { agreementTable, fitsTable } from "../vocabulary/fits.js";
import {
  answersSection,
  confusionsSection,
  paritySection,
  probabilitiesSection,
} from "../vocabulary/model-sections.js";
import { NOT_HERE, scored } from "../vocabulary/scored.js";
import { classificationReports, furtherScores, intervalsFigure, scoresTable } from "../vocabulary/scores.js";
import { quirk, section, table, text } from "../vocabulary/section.js";
import { layersTable } from "../vocabulary/summary.js";
import { curvesOf, lastValidation, timesFigure, trainingTable } from "../vocabulary/training.js";

/** Study E: four classical models against a small CNN, from CSV files. */
export const classicalVsCnn: Study = {
  name: "classical-vs-cnn",
  letter: "E",
  title: "CNN against classical models",
  question: "How do four classical models compare with a small CNN on the images of two CSV files?",
  models: [
    { name: "logistic-regression", kind: "classical", reported: { accuracy: 0.9181 } },
    { name: "svm-rbf", kind: "classical", reported: { accuracy: 0.97 } },
    { name: "random-forest", kind: "classical", reported: { accuracy: 0.9594 } },
    { name: "knn", kind: "classical", reported: { accuracy: 0.9595 } },
    {
      name: "cnn-small",
      kind: "network",
      reported: { accuracy: 0.98, digits: 2 },
      reportedStep: "94–181 (CPU)",
    },
  ],
  csv: "cnn-small",
  sections(context) {
    const { dataset, models, model, parts } = context;
    const cnn = model("cnn-small");
    const data = parts(cnn);
    const { files } = context;
    const there = scored([cnn]);
    const classical = models.filter(({ plan }) => plan.kind === "classical");
    return [
      section(
        "data",
        "Data",
        quirk(
          "The study's files have no header row, and it reads them as if they had one: the first image of each file is lost. The same is done here on purpose.",
        ),
        quirk(
          "The study's 20,000 training images are a subset of MNIST's that is not available. They are replaced by one drawn with a seed that has the same number of images of each class.",
        ),
        files ? filesParts(dataset, files) : null,
      ),
      section(
        "training",
        "Training",
        text(
          "The classical models take all 784 pixels, divided by 255. The CNN takes 70 % of the shuffled file, of which the last 30 % are the validation data; the held-out 30 % are scored at the end.",
        ),
        fitsTable(classical),
        timesFigure(models),
        dataTable(dataset, data),
        layersTable(cnn),
        trainingTable([cnn]),
        there.map(curvesOf),
      ),
      section(
        "scores",
        "Scores",
        cnnTable(context),
        scoresTable(context, models),
        intervalsFigure(context, models),
        furtherScores(models),
        classificationReports([cnn]),
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
      answersSection(models, data.test, { shown: 15, by: [cnn], mistakes: 5 }),
      probabilitiesSection([cnn]),
      paritySection(models, agreementTable(classical)),
      section(
        "future-work",
        "Future work",
        text(
          "The study names other data sets, model compression and pictures with several digits. The first is one option here: congruent study classical-vs-cnn --dataset fashion-mnist.",
        ),
      ),
    ];
  },
};

/** What the study looks at in its files before it trains anything. */
function filesParts(dataset: Dataset, files: StudyFiles): DocumentBlock[] {
  const { train, test } = files;
  const first = { count: 8, columns: 4 };
  return [
    text(
      "Two CSV files of a label and the pixels in each row were written and read again; what was read is byte for byte what the models are trained on and tested with.",
    ),
    filesTable(files),
    headTable(train.split),
    labelTable(dataset, files),
    countsFigure("train-label-counts", dataset, train.split, "Training file: images per class"),
    countsFigure("test-label-counts", dataset, test.split, "Test file: images per class"),
    samples("train-samples", dataset, train.split, { ...first, title: "Training file: the first 8 images" }),
    samples("test-samples", dataset, test.split, { ...first, title: "Test file: the first 8 images" }),
  ];
}

function filesTable({ train, test }: StudyFiles): DocumentBlock {
  return table(
    "The two files as they are read",
    [
      { title: "file" },
      { title: "rows in it", numeric: true },
      { title: "read as images", numeric: true },
      { title: "columns", numeric: true },
      { title: "missing values", numeric: true },
      { title: "the row taken for a header" },
    ],
    Object.entries({ train, test }).map(([name, file]) => [
      `${name}.csv`,
      formatCount(file.rows),
      formatCount(file.split.labels.length),
      formatCount(file.columns),
      formatCount(file.missing),
      file.lostAnImage ? "was an image" : "was a header",
    ]),
  );
}

/** The first rows, as `DataFrame.head()` shows them: label, the first pixels, some of the middle. */
function headTable({ images, labels }: Split): DocumentBlock {
  const [, height = 0, width = 0] = images.dims;
  const stride = images.data.length / labels.length;
  const middle = stride * (Math.floor(height / 2) / height) + Math.floor(width / 2);
  const shown = [0, 1, middle - 2, middle - 1, middle, middle + 1, middle + 2, stride - 1];
  return table(
    "The first five rows of the training file, some of their columns",
    [
      { title: "row" },
      { title: "label", numeric: true },
      ...shown.map((pixel) => ({ title: `pixel ${pixel}`, numeric: true })),
    ],
    Array.from({ length: Math.min(5, labels.length) }, (_, row) => [
      String(row),
      String(labels[row]),
      ...shown.map((pixel) => String(images.data[row * stride + pixel])),
    ]),
  );
}

function labelTable(dataset: Dataset, files: StudyFiles): DocumentBlock {
  const [train, test] = [files.train, files.test].map(({ split }) => countsOf(split, dataset.labels.length));
  return table(
    "Images per class",
    [{ title: "label" }, { title: "training file", numeric: true }, { title: "test file", numeric: true }],
    dataset.labels.map((label, index) => [
      label,
      formatCount(train?.[index] ?? 0),
      formatCount(test?.[index] ?? 0),
    ]),
  );
}

/** The study's three accuracies of its CNN. */
function cnnTable({ model, original }: StudyContext): DocumentBlock {
  const [cnn] = scored([model("cnn-small")]);
  const held = cnn?.found.heldOut;
  const interval = (accuracy: number, samples: number) =>
    wilsonInterval(Math.round(accuracy * samples), samples)
      .map(formatScore)
      .join(" to ");
  const test = cnn?.found.evaluation;
  const rows = [
    ["validation, last epoch", "0.979", cnn ? lastValidation(cnn) : NOT_HERE, "–"],
    [
      "held-out 30 %",
      "0.981",
      held ? formatScore(held.accuracy) : NOT_HERE,
      held ? interval(held.accuracy, held.dataset.samples) : "–",
    ],
    [
      "test file",
      "0.98",
      test ? formatScore(test.accuracy) : NOT_HERE,
      test ? interval(test.accuracy, test.dataset.samples) : "–",
    ],
  ];
  return table(
    "cnn-small: its accuracy on three sets of images; the last one compares with the classical models",
    [
      { title: "images" },
      ...(original ? [{ title: "reported", numeric: true }] : []),
      { title: "here", numeric: true },
      { title: "95 % interval" },
    ],
    rows.map(([name = "", reported = "", ...here]) => [name, ...(original ? [reported] : []), ...here]),
  );
}
