import { wilsonInterval } from "@congruent/core";
import {
  DataTable,
  formatBytes,
  formatCount,
  formatScore,
  formatSeconds,
} from "@congruent/report/components";
import { accuracyAgainst, accuracyIntervals, trainingTimes } from "@congruent/report/figures";
import { useMemo } from "preact/hooks";
import type { ResultsEntry } from "../shared/results-index.js";
import { LiveFigure } from "./LiveFigure.js";

/** All models beside each other, the most accurate first: accuracy, size, time of training. */
export function Comparison({ models }: { models: readonly ResultsEntry[] }) {
  const figures = useMemo(() => figuresOf(models), [models]);
  return (
    <section class="card" aria-labelledby="comparison">
      <h2 id="comparison">All models</h2>
      <p class="note">
        Each on its own test images: two models whose intervals overlap may differ by chance alone.
      </p>
      <div class="live-figures">
        {figures.map((figure) => (
          <LiveFigure key={figure.figure.title} {...figure} />
        ))}
      </div>
      <details>
        <summary>The same as a table</summary>
        <DataTable caption="Scored models" {...tableOf(models)} />
      </details>
    </section>
  );
}

function intervalOf({ accuracy, samples }: ResultsEntry): [number, number] {
  return wilsonInterval(Math.round(accuracy * samples), samples);
}

function figuresOf(models: readonly ResultsEntry[]) {
  const fastest = [...models].sort((a, b) => a.trainingSeconds - b.trainingSeconds);
  const accuracies = accuracyIntervals({
    models: models.map((model) => ({
      name: model.name,
      score: { accuracy: model.accuracy, interval: intervalOf(model) },
      others: model.otherSeeds,
    })),
  });
  const sizes = accuracyAgainst({
    cost: "file size",
    show: formatBytes,
    models: models.flatMap((model) => {
      const { name, accuracy, bytes } = model;
      return bytes === null ? [] : [{ name, accuracy, interval: intervalOf(model), value: bytes }];
    }),
  });
  const times = trainingTimes({
    models: fastest.map(({ name, trainingSeconds }) => ({ name, seconds: trainingSeconds })),
  });
  return [
    { figure: accuracies },
    { figure: sizes },
    { figure: times, note: "By the clock, with whatever else the machine did meanwhile." },
  ];
}

function tableOf(models: readonly ResultsEntry[]) {
  return {
    columns: [
      { title: "model" },
      { title: "accuracy", numeric: true },
      { title: "95 %" },
      { title: "test images", numeric: true },
      { title: "model.onnx", numeric: true },
      { title: "training", numeric: true },
    ],
    rows: models.map((model) => {
      const { name, accuracy, samples, bytes, trainingSeconds } = model;
      return [
        name,
        formatScore(accuracy),
        intervalOf(model).map(formatScore).join(" to "),
        formatCount(samples),
        bytes === null ? "–" : formatBytes(bytes),
        formatSeconds(trainingSeconds),
      ];
    }),
  };
}
