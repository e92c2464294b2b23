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

interface ComparisonProps {
  /** Whose test images they were scored on. */
  dataset: string;
  models: readonly ResultsEntry[];
}

/** The models of one data set beside each other, the most accurate first: accuracy, size, time of training. */
export function Comparison({ dataset, models }: ComparisonProps) {
  const figures = useMemo(() => figuresOf(models), [models]);
  const id = `models-of-${dataset}`;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>All models of {dataset}</h2>
      <p class="note">Two models whose intervals overlap may differ by chance alone.</p>
      <div class="live-figures">
        {figures.map((figure) => (
          <LiveFigure key={figure.figure.title} {...figure} />
        ))}
      </div>
      <details>
        <summary>The same as a table</summary>
        <DataTable caption={`Models scored on ${dataset}`} {...tableOf(models)} />
      </details>
    </section>
  );
}

function intervalOf({ accuracy, samples }: ResultsEntry): [number, number] {
  return wilsonInterval(Math.round(accuracy * samples), samples);
}

function figuresOf(models: readonly ResultsEntry[]) {
  const accuracies = accuracyIntervals({
    models: models.map((model) => ({
      name: model.name,
      score: { accuracy: model.accuracy, interval: intervalOf(model) },
      others: model.otherSeeds,
    })),
  });
  const sized = models.flatMap((model) => {
    const { name, accuracy, bytes } = model;
    return bytes === null ? [] : [{ name, accuracy, interval: intervalOf(model), value: bytes }];
  });
  const timed = models.flatMap(({ name, trainingSeconds: seconds }) =>
    seconds === null ? [] : [{ name, seconds }],
  );
  const without = (shown: readonly { name: string }[]) => {
    const names = models.map(({ name }) => name).filter((name) => !shown.some((each) => each.name === name));
    return names.length > 0 ? ` Not known of ${names.join(", ")}.` : "";
  };
  return [
    { figure: accuracies },
    ...(sized.length > 0
      ? [
          {
            figure: accuracyAgainst({ cost: "file size", show: formatBytes, models: sized }),
            note: without(sized).trim(),
          },
        ]
      : []),
    ...(timed.length > 0
      ? [
          {
            figure: trainingTimes({ models: timed.sort((a, b) => a.seconds - b.seconds) }),
            note: `Wall-clock time; other work on the machine is included.${without(timed)}`,
          },
        ]
      : []),
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
        trainingSeconds === null ? "–" : formatSeconds(trainingSeconds),
      ];
    }),
  };
}
