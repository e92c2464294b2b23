import { accuracyAgainst, type DocumentBlock, formatCount } from "@congruent/report";
import type { StudyModel } from "../study.js";
import { NOT_HERE, scored } from "./scored.js";
import { scoreOf } from "./scores.js";
import { figure, table } from "./section.js";

/**
 * A size in bytes, in units of 1,000.
 *
 * @example
 * ```ts
 * byteSize(246824); // => "247 KB"
 * byteSize(17_312_000); // => "17.3 MB"
 * ```
 */
export function byteSize(bytes: number): string {
  if (bytes < 999.5e3) return `${Number((bytes / 1e3).toPrecision(3))} KB`;
  return `${Number((bytes / 1e6).toPrecision(3))} MB`;
}

/** What each model costs: parameters, file, time to classify the test images. */
export function costsTable(models: readonly StudyModel[]): DocumentBlock {
  return table(
    "Size, and speed of classifying the test images with node-cpu while they were scored",
    [
      { title: "model" },
      { title: "parameters", numeric: true },
      { title: "model.onnx", numeric: true },
      { title: "images per second", numeric: true },
    ],
    models.map(({ name, found, summary }) => {
      const count = summary?.parameters.total;
      const size = found?.bytes == null ? "–" : byteSize(found.bytes);
      const evaluation = found?.evaluation;
      const speed = evaluation
        ? formatCount(Math.round(evaluation.dataset.samples / evaluation.seconds))
        : NOT_HERE;
      return [name, count === undefined ? "–" : formatCount(count), size, speed];
    }),
  );
}

/** Accuracy against size and against the time for an image. */
export function costFigures(models: readonly StudyModel[]): DocumentBlock[] {
  const there = scored(models).map((model) => ({ model, score: scoreOf(model) }));
  if (there.length < 2) return [];
  const sizes = there.flatMap(({ model, score }) =>
    model.found.bytes === null ? [] : [{ name: model.name, ...score, value: model.found.bytes }],
  );
  const times = there.map(({ model, score }) => ({
    name: model.name,
    ...score,
    value: (model.found.evaluation.seconds / model.found.evaluation.dataset.samples) * 1000,
  }));
  const milliseconds = (value: number) => `${Number(value.toPrecision(2))} ms`;
  return [
    figure("accuracy-size", accuracyAgainst({ models: sizes, cost: "file size", show: byteSize })),
    figure(
      "accuracy-time",
      accuracyAgainst({ models: times, cost: "time for an image", show: milliseconds }),
      {
        note: "In batches of 256, by node-cpu, while the test images were scored.",
      },
    ),
  ];
}
