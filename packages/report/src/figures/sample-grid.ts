import { formatPlural } from "../formats/numbers.js";
import type { Figure } from "./figure.js";
import { pictureCells } from "./picture-cells.js";

export interface SampleGridOptions {
  samples: readonly { src: string; label: string }[];
  title?: string;
  columns?: number;
}

/**
 * Samples of a data set with their labels.
 *
 * @example
 * ```ts
 * sampleGrid({ samples: [{ src: "data:image/png;base64,", label: "7" }] }).description; // => "Samples: 1 picture, labeled 7."
 * ```
 */
export function sampleGrid({ samples, title = "Samples", columns }: SampleGridOptions): Figure {
  return pictureCells({
    title,
    description: `${title}: ${formatPlural(samples.length, "picture")}, labeled ${samples.map(({ label }) => label).join(", ")}.`,
    cells: samples.map(({ src, label }) => ({ src, lines: [{ text: label, tone: "plain" }] })),
    ...(columns !== undefined && { columns }),
  });
}
