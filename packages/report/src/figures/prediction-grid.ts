import { formatPlural } from "../formats/numbers.js";
import type { Figure } from "./figure.js";
import { pictureCells } from "./picture-cells.js";

export interface PredictionGridOptions {
  predictions: readonly {
    src: string;
    label: string;
    /** What each model says, in the order of `models`. */
    answers: readonly string[];
  }[];
  /** Their names where there are several; one needs none. */
  models?: readonly string[];
  title?: string;
  columns?: number;
}

/**
 * What models say of samples: right answers green with a tick, wrong ones red with a cross.
 *
 * @example
 * ```ts
 * const predictions = [{ src: "data:image/png;base64,", label: "9", answers: ["4"] }];
 * predictionGrid({ predictions }).description; // => "Predictions: 1 picture, 0 of 1 answer right. True 9, predicted 4."
 * ```
 */
export function predictionGrid({
  predictions,
  models = [],
  title = "Predictions",
  columns,
}: PredictionGridOptions): Figure {
  const answers = predictions.flatMap(({ label, answers }) => answers.map((answer) => answer === label));
  const wrong = predictions.flatMap(({ label, answers }) =>
    answers.flatMap((answer, i) =>
      answer === label ? [] : [` True ${label}, ${models[i] ?? "predicted"} ${answer}.`],
    ),
  );
  const right = `${answers.filter(Boolean).length} of ${formatPlural(answers.length, "answer")} right.`;
  return pictureCells({
    title,
    description: `${title}: ${formatPlural(predictions.length, "picture")}, ${right}${wrong.join("")}`,
    cells: predictions.map(({ src, label, answers }) => ({
      src,
      lines: [
        ...answers.map((answer, i) => ({
          text: models[i] === undefined ? answer : `${models[i]} ${answer}`,
          tone: answer === label ? ("good" as const) : ("bad" as const),
        })),
        { text: `true ${label}`, tone: "muted" },
      ],
    })),
    ...(columns !== undefined && { columns }),
  });
}
