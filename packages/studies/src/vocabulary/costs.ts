import type { InferBench, InferBenchRuntime } from "@congruent/core/schemas";
import { accuracyAgainst, type DocumentBlock, formatBytes, formatCount } from "@congruent/report";
import type { StudyContext, StudyModel } from "../study.js";
import { NOT_HERE, scored } from "./scored.js";
import { scoreOf } from "./scores.js";
import { figure, table } from "./section.js";

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
      const size = found?.bytes == null ? "–" : formatBytes(found.bytes);
      const evaluation = found?.evaluation;
      const speed = evaluation
        ? formatCount(Math.round(evaluation.dataset.samples / evaluation.seconds))
        : NOT_HERE;
      return [name, count === undefined ? "–" : formatCount(count), size, speed];
    }),
  );
}

/** Batches whose latency is told: one image, and as many as a server may gather. */
const BATCHES = [1, 64];

/** Latency and loading with node-cpu, as `congruent bench infer` measured them of the very same files. */
export function latencyTable({ inference }: StudyContext, models: readonly StudyModel[]): DocumentBlock[] {
  if (!inference) return [];
  const milliseconds = (value: number | null | undefined) =>
    value == null ? "–" : Number(value.toPrecision(3)).toString();
  return [
    table(
      `Latency with node-cpu, in milliseconds (${inference.machine.cpu}, ${inference.machine.cores} cores)`,
      [
        { title: "model" },
        { title: "loading", numeric: true },
        ...BATCHES.flatMap((batch) =>
          ["p50", "p95"].map((quantile) => ({ title: `${quantile}, batch ${batch}`, numeric: true })),
        ),
      ],
      models.map((model) => {
        const measured = measuredOf(inference, model);
        return [
          model.name,
          milliseconds(measured?.loadMs),
          ...BATCHES.flatMap((size) => {
            const found = measured?.batches.find(({ batch }) => batch === size);
            return [milliseconds(found?.p50Ms), milliseconds(found?.p95Ms)];
          }),
        ];
      }),
    ),
  ];
}

/** By the file's SHA-256: a time of another file does not count. */
function measuredOf(inference: InferBench | null, { found }: StudyModel): InferBenchRuntime | undefined {
  return inference?.models
    .find(({ sha256 }) => sha256 === found?.sha256)
    ?.runtimes.find(({ runtime, status }) => runtime === "node-cpu" && status === "measured");
}

/** Accuracy against size and against latency; without a measured one, against the time for an image while scoring. */
export function costFigures({ inference }: StudyContext, models: readonly StudyModel[]): DocumentBlock[] {
  const there = scored(models).map((model) => ({ model, score: scoreOf(model) }));
  if (there.length < 2) return [];
  const sizes = there.flatMap(({ model, score }) =>
    model.found.bytes === null ? [] : [{ name: model.name, ...score, value: model.found.bytes }],
  );
  const latencies = there.flatMap(({ model, score }) => {
    const single = measuredOf(inference, model)?.batches.find(({ batch }) => batch === 1);
    return single ? [{ name: model.name, ...score, value: single.p50Ms }] : [];
  });
  const times = there.map(({ model, score }) => ({
    name: model.name,
    ...score,
    value: (model.found.evaluation.seconds / model.found.evaluation.dataset.samples) * 1000,
  }));
  const show = (value: number) => `${Number(value.toPrecision(2))} ms`;
  return [
    figure("accuracy-size", accuracyAgainst({ models: sizes, cost: "file size", show: formatBytes })),
    latencies.length > 0
      ? figure(
          "accuracy-latency",
          accuracyAgainst({ models: latencies, cost: "latency of an image", show }),
          {
            note: "Median of one image at a time, by node-cpu.",
          },
        )
      : figure("accuracy-time", accuracyAgainst({ models: times, cost: "time for an image", show }), {
          note: "By node-cpu, in batches, while the test images were scored.",
        }),
  ];
}
