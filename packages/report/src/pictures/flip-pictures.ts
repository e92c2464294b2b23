import type { Tensor } from "@congruent/core";
import { rows } from "@congruent/core";
import type { ParityReport } from "@congruent/core/schemas";
import { pictureDataUrl } from "./picture.js";

/**
 * Pictures of the samples that any runtime decides differently, as PNG addresses by sample, from what the model was run on: where that is
 * one tensor float32 [samples, height, width, 1 (gray) or 3 (RGB)] of values within 0..255, as an image classifier takes them. Empty
 * for other inputs.
 *
 * @example
 * ```ts
 * flipPictures({ cells: [] }, {}).size; // => 0
 * ```
 */
export function flipPictures(
  report: Pick<ParityReport, "cells">,
  inputs: Readonly<Record<string, Tensor>>,
): Map<number, string> {
  const [images, ...others] = Object.values(inputs);
  const [count = 0, , , channels = 0] = images?.dims ?? [];
  const isImages = images?.dtype === "float32" && images.dims.length === 4 && [1, 3].includes(channels);
  if (!images || !isImages || others.length > 0) return new Map();
  const flipped = new Set(
    report.cells.flatMap((cell) => cell.decisions?.list.map((flip) => flip.sample) ?? []),
  );
  const pictures = new Map<number, string>();
  for (const sample of flipped) {
    if (sample >= count) continue;
    const { data, dims } = rows(images, sample, sample + 1);
    const values = Float32Array.from(data as Float32Array);
    if (!values.every((value) => value >= 0 && value <= 255)) return new Map();
    pictures.set(sample, pictureDataUrl({ data: Uint8Array.from(values, Math.round), dims: dims.slice(1) }));
  }
  return pictures;
}
