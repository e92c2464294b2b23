import { type StepProfile, stepProfileSchema } from "@congruent/core/schemas";
import { formatPlural } from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

/** Operators that take less are one row. */
const LEAST_SHARE = 0.005;

/** Where the time of a training step goes, as a sheet. */
export function stepProfileSheet(profile: StepProfile): Sheet {
  const { network, batchSize, threads, batchParts, steps, tensorflow, milliseconds, operators, nodes } =
    profile;
  const total = operators.reduce((sum, operator) => sum + operator.milliseconds, 0);
  const share = (part: number) => `${((100 * part) / total).toFixed(1)} %`;
  const shown = operators.filter((operator) => operator.milliseconds >= LEAST_SHARE * total);
  const rest = operators.slice(shown.length);
  const sum = (of: (operator: StepProfile["operators"][number]) => number) =>
    rest.reduce((all, operator) => all + of(operator), 0);
  return {
    title: `A training step of ${network}`,
    lead: `${milliseconds.toFixed(2)} ms a step (median of ${steps}, batch ${batchSize}); its operators take ${total.toFixed(2)} ms in all.`,
    tone: "neutral",
    facts: [
      { name: "TensorFlow", value: tensorflow },
      {
        name: "threads",
        value:
          batchParts === 1
            ? String(threads)
            : `${threads}, for ${batchParts} parts of the batch side by side`,
      },
      { name: "steps traced", value: String(steps) },
    ],
    tables: [
      {
        caption: "By operator, as TensorFlow ran it",
        columns: [
          { title: "operator" },
          { title: "nodes", numeric: true },
          { title: "ms", numeric: true },
          { title: "share", numeric: true },
        ],
        rows: [
          ...shown.map((o) => [
            o.operator,
            String(o.nodes),
            o.milliseconds.toFixed(2),
            share(o.milliseconds),
          ]),
          ...(rest.length === 0
            ? []
            : [
                [
                  `${formatPlural(rest.length, "other operator")}`,
                  String(sum((o) => o.nodes)),
                  sum((o) => o.milliseconds).toFixed(2),
                  share(sum((o) => o.milliseconds)),
                ],
              ]),
        ],
      },
      {
        caption: "The costliest nodes",
        columns: [{ title: "node" }, { title: "operator" }, { title: "ms", numeric: true }],
        rows: nodes.map((node) => [node.name, node.operator, node.milliseconds.toFixed(2)]),
      },
    ],
    notes: [
      "Operators run side by side where they can, and tracing slows each of them: the shares count, not the sum.",
    ],
    checks: [],
    data: profile,
  };
}

export const stepProfileReport = defineReport<StepProfile>({
  id: "congruent/step-profile@1",
  schema: stepProfileSchema,
  sheet: stepProfileSheet,
});
