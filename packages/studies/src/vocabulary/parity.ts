import type { DocumentBlock } from "@congruent/report";
import type { StudyModel } from "../study.js";
import { NOT_HERE, scored } from "./scored.js";
import { table, text } from "./section.js";

/** How each model's one ONNX file computes on every runtime that it was compared on. */
export function parityTable(models: readonly StudyModel[]): DocumentBlock[] {
  const runtimes = [
    ...new Set(
      scored(models).flatMap(({ found }) => found.parity?.cells.map(({ runtime }) => runtime) ?? []),
    ),
  ];
  if (runtimes.length === 0) return [text("None of the models has been compared across runtimes here.")];
  const rows = models.map(({ name, found }) => {
    if (!found?.parity) return [name, found ? "not compared" : NOT_HERE, ...runtimes.map(() => "–")];
    const { verdict, cells } = found.parity;
    return [
      name,
      verdict,
      ...runtimes.map((runtime) => {
        const cell = cells.find((each) => each.runtime === runtime);
        if (!cell) return "–";
        return cell.samples > 0 ? `${cell.status} (${cell.samples})` : cell.status;
      }),
    ];
  });
  return [
    text(
      "Every model went through one ONNX file. The same file was run by each of these runtimes on test images (as many as the number in brackets) and compared with the others; expected fail is a known fault of a runtime, recorded in models/expectations.json with its reason.",
    ),
    table(
      "Parity",
      [{ title: "model" }, { title: "verdict" }, ...runtimes.map((title) => ({ title }))],
      rows,
    ),
  ];
}
