import { rows } from "@congruent/core";
import type { Split } from "@congruent/datasets";
import { pictureDataUrl } from "@congruent/report";

/** Pixels of a picture for each of its own, in figures. */
const SCALE = 2;

/** The picture at an index of a split, as a data URL. */
export function pictureAt({ images }: Split, index: number): string {
  const { data, dims } = rows(images, index, index + 1);
  return pictureDataUrl({ data, dims: dims.slice(1) }, { scale: SCALE });
}
