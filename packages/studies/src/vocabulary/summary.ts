import type { DocumentBlock } from "@congruent/report";
import { summaryHead, summaryRows, summaryTotals } from "@congruent/zoo";
import type { StudyModel } from "../study.js";
import { table, text } from "./section.js";

/** The layers of a network, as Keras' `model.summary()` prints them. */
export function layersTable({ name, summary }: StudyModel): DocumentBlock[] {
  if (!summary) return [];
  return [
    table(
      `${name}: layers`,
      summaryHead(summary).map((title, index) => ({ title, numeric: index === 2 })),
      summaryRows(summary),
    ),
    text(`${name}: ${summaryTotals(summary).join("; ")}.`),
  ];
}
