import { rows } from "@congruent/core";
import type { Card } from "@congruent/runtime";
import { paintPixels } from "../shared/paint-pixels.js";
import type { GoldenCheck } from "./golden-check.js";

/** The golden pictures that some runtime decides differently, as addresses for `<img>`, by sample. */
export function flippedPictures({ report, inputs }: GoldenCheck, card: Card): Map<number, string> {
  const pixels = inputs[card.input.name];
  if (pixels?.dtype !== "float32") return new Map();
  const samples = report.cells.flatMap((cell) => cell.decisions?.list.map((flip) => flip.sample) ?? []);
  const canvas = document.createElement("canvas");
  return new Map(
    samples.map((sample) => {
      paintPixels(canvas, rows(pixels, sample, sample + 1).data, card.input);
      return [sample, canvas.toDataURL()];
    }),
  );
}
