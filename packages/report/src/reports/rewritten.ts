import { type Rewritten, rewrittenSchema } from "@congruent/core/schemas";
import { formatCount } from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

/** How many more or fewer of each operator, the most first. */
function operatorsText(operators: Readonly<Record<string, number>>): string {
  return Object.entries(operators)
    .sort(([, a], [, b]) => a - b)
    .map(([name, count]) => `${count > 0 ? "+" : "−"}${Math.abs(count)} ${name}`)
    .join(", ");
}

/** A model file that was rewritten; one check: both files give the same outputs. */
function rewrittenSheet(result: Rewritten): Sheet {
  const { verb, model, out, passes, rewrites, parity } = result;
  const written = out.path !== null;
  const nodes = `${formatCount(model.nodes)} to ${formatCount(out.nodes)}`;
  return {
    title: `${model.path}, rewritten by ${verb}: ${parity.verdict}`,
    lead: written
      ? `${out.path} computes the same: ${parity.because}.`
      : `Nothing was written: ${parity.because}.`,
    tone: written ? "good" : "bad",
    facts: [
      { name: "model", value: model.path },
      { name: "written", value: out.path ?? "nothing" },
      { name: "nodes", value: nodes },
      { name: "bytes", value: `${formatCount(model.bytes)} to ${formatCount(out.bytes)}` },
      { name: "sha256", value: out.sha256 },
      { name: "inputs", value: `${parity.inputs.source}, ${formatCount(parity.inputs.samples)} samples` },
    ],
    tables: [
      ...(passes.length === 0
        ? []
        : [
            {
              caption: "What the passes did",
              columns: [
                { title: "pass" },
                { title: "nodes fewer", numeric: true },
                { title: "nodes rewritten", numeric: true },
                { title: "operators" },
              ],
              rows: passes.map(({ pass, removed, rewritten, operators }) => [
                pass,
                formatCount(removed),
                formatCount(rewritten),
                operatorsText(operators),
              ]),
            },
          ]),
      ...(rewrites.length === 0
        ? []
        : [
            {
              caption: "What is computed wrongly, and by whom",
              columns: [
                { title: "node" },
                { title: "runtimes" },
                { title: "ONNX Runtime" },
                { title: "instead" },
              ],
              rows: rewrites.flatMap(({ nodes: wrong, runtimes, versions, remedy }) =>
                wrong.map((node) => [node, runtimes.join(", "), versions, remedy]),
              ),
            },
          ]),
    ],
    notes: [
      ...rewrites.map(({ fault, link }) => `${fault}: ${link}`),
      ...(verb === "portable" && rewrites.length === 0
        ? [
            "No node is of a kind that a runtime is known to compute wrongly; congruent parity runs the file on all.",
          ]
        : []),
    ],
    checks: [
      {
        name: verb,
        group: `rewritten.${verb}`,
        outcome: written ? "pass" : "fail",
        message: parity.because,
      },
    ],
    data: result,
  };
}

export const rewrittenReport = defineReport<Rewritten>({
  id: "congruent/rewritten@1",
  schema: rewrittenSchema,
  sheet: rewrittenSheet,
});
