import { formatPlural } from "../formats/numbers.js";
import type { Figure } from "./figure.js";
import { pictureCells } from "./picture-cells.js";

export interface MistakeGridOptions {
  mistakes: readonly {
    src: string;
    label: string;
    predicted: string;
    /** Of the predicted class, 0..1; null where the model has none. */
    probability: number | null;
  }[];
  title?: string;
  columns?: number;
}

/**
 * Wrongly classified samples with their true class, the answer and how sure the model was.
 *
 * @example
 * ```ts
 * const mistakes = [{ src: "data:image/png;base64,", label: "9", predicted: "4", probability: 0.98 }];
 * mistakeGrid({ mistakes }).description; // => "Misclassified: 1 picture. True 9 predicted 4 (98 %)."
 * ```
 */
export function mistakeGrid({ mistakes, title = "Misclassified", columns }: MistakeGridOptions): Figure {
  const sure = (probability: number | null) =>
    probability === null ? "" : `${Math.round(probability * 100)} %`;
  const told = mistakes.map(({ label, predicted, probability }) => {
    const sureness = probability === null ? "" : ` (${sure(probability)})`;
    return ` True ${label} predicted ${predicted}${sureness}.`;
  });
  return pictureCells({
    title,
    description: `${title}: ${formatPlural(mistakes.length, "picture")}.${told.join("")}`,
    cells: mistakes.map(({ src, label, predicted, probability }) => ({
      src,
      lines: [
        { text: predicted, tone: "bad" },
        { text: `true ${label}`, tone: "plain" },
        ...(probability === null ? [] : [{ text: sure(probability), tone: "muted" as const }]),
      ],
    })),
    ...(columns !== undefined && { columns }),
  });
}
