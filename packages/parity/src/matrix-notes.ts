/** What a report says of all runs together. */
import { type RuntimeId, runtimeId } from "@congruent/core";
import { cellName, cutSentence } from "@congruent/core/schemas";
import { cellOfRun, type Ran, type Rules, type Run } from "./cell-of.js";
import { outputNotes } from "./output-notes.js";
import { elsewhere, witnessFamily } from "./witness.js";

/** What was computed that should not count for more than it is. */
export function notesOf(runs: readonly Run[], baseline: Ran | null, { batching }: Rules): string[] {
  const cut = runs.flatMap((run) => {
    const cell = cellOfRun(run);
    return run.result && cell.cut ? [`${cellName(cell)}: ${cutSentence(cell)}`] : [];
  });
  const borrowed = runs.flatMap((run) => {
    const cell = cellOfRun(run);
    const family = witnessFamily(cell);
    if (!cell.placement || family === cell.kernels) return [];
    const nodes = elsewhere(cell.placement).map(({ node, opType }) => `${node} (${opType})`);
    return [
      `${cellName(cell)} ran ${nodes.slice(0, 3).join(", ")}${nodes.length > 3 ? ` and ${nodes.length - 3} more` : ""} on the CPU: it is no witness beside the CPU's own kernels`,
    ];
  });
  return [
    ...cut,
    ...runs.flatMap(({ note }) => note ?? []),
    ...borrowed,
    ...(baseline ? outputNotes(baseline.result.outputs, batching.mode !== "once") : []),
  ];
}

/** Runtimes whose device this model takes away each time: it may be the machine's fault, but that is not known. */
export function lostDevices(runs: readonly Run[]): string | null {
  const lost = runs.filter(({ code }) => code === "E_DEVICE_LOST").map((run) => cellName(cellOfRun(run)));
  return lost.length === 0
    ? null
    : `${lost.join(", ")} lost the device with this model each time: nothing decides whether that is the machine's fault or the model's`;
}

/** Runtimes that the others are compared with, and that are not compared with anything. */
export function uncompared(reference: Ran | null, baseline: Ran | null): Partial<Record<RuntimeId, string>> {
  if (reference)
    return { [runtimeId(reference.runner)]: "it is the reference, which the others are compared with" };
  return baseline
    ? { [runtimeId(baseline.runner)]: "it is the baseline, which is compared with nothing" }
    : {};
}
