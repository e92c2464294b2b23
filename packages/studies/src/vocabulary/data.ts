import type { Dataset, Partition, Split } from "@congruent/datasets";
import { type DocumentBlock, formatCount, labelCounts, sampleGrid } from "@congruent/report";
import { pictureAt } from "./pictures.js";
import { figure, table } from "./section.js";

/** How many images there are for what, and of which shape. */
export function dataTable(dataset: Dataset, parts: Partition): DocumentBlock {
  const shape = `${dataset.height} × ${dataset.width} × ${dataset.channels}`;
  const named = [
    ["trained on", parts.train],
    ["validation", parts.validation],
    ["held out", parts.heldOut],
    ["tested", parts.test],
  ] as const;
  return table(
    `${dataset.title}: raw values 0 to 255, scaled to 0..1 inside the network`,
    [{ title: "images" }, { title: "number", numeric: true }, { title: "shape" }, { title: "type" }],
    named
      .filter(([, split]) => split.labels.length > 0)
      .map(([name, split]) => [name, formatCount(split.labels.length), shape, split.images.dtype]),
  );
}

/** The first images of a split with their labels. */
export function samples(
  name: string,
  dataset: Dataset,
  split: Split,
  { count, title, columns }: { count: number; title: string; columns?: number },
): DocumentBlock {
  const shown = Array.from({ length: Math.min(count, split.labels.length) }, (_, index) => ({
    src: pictureAt(split, index),
    label: dataset.labels[split.labels[index] as number] ?? "?",
  }));
  return figure(name, sampleGrid({ samples: shown, title, ...(columns !== undefined && { columns }) }));
}

/** How many images of each class a split has. */
export function countsOf({ labels }: Split, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** The same as bars. */
export function countsFigure(name: string, dataset: Dataset, split: Split, title: string): DocumentBlock {
  return figure(
    name,
    labelCounts({ labels: dataset.labels, counts: countsOf(split, dataset.labels.length) }),
    { title },
  );
}
