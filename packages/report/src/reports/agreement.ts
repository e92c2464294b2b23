import { type Agreement, agreementSchema } from "@congruent/core/schemas";
import {
  formatCount,
  formatDifference,
  formatPercent,
  formatSeconds,
  formatVersions,
} from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

/** A classical model's file against scikit-learn's own predictions; one check: every disagreement is a tie. */
export function agreementSheet(agreement: Agreement): Sheet {
  const { model, source, dataset, runtime, versions, accuracy, outputs, margin, disagreements } = agreement;
  const name = (label: number) => agreement.labels[label] ?? String(label);
  const pass = agreement.verdict === "pass";
  return {
    title: `${model.name} against scikit-learn's ${source.class}: ${agreement.verdict}`,
    lead: `By ${runtime}, ${agreement.because}.`,
    tone: pass ? "good" : "bad",
    facts: [
      { name: "model", value: model.path },
      { name: "sha256", value: model.sha256 },
      { name: "size", value: `${formatCount(model.bytes)} bytes` },
      { name: "images", value: `${formatCount(dataset.samples)} (${dataset.name}, ${dataset.split})` },
      { name: "inference", value: formatSeconds(agreement.seconds) },
      { name: "versions", value: formatVersions({ ...source.versions, ...versions }) },
    ],
    tables: [
      {
        caption: "Both on the same images",
        columns: [{ title: "" }, { title: "scikit-learn", numeric: true }, { title: runtime, numeric: true }],
        rows: [["accuracy", formatPercent(accuracy.source), formatPercent(accuracy.runtime)]],
      },
      {
        caption: "Outputs, float32 against float64",
        columns: [
          { title: "output" },
          { title: "max |Δ|", numeric: true },
          { title: "mean |Δ|", numeric: true },
          { title: "largest at" },
        ],
        rows: outputs.map(({ name: output, maxAbs, meanAbs, at }) => [
          output,
          formatDifference(maxAbs),
          formatDifference(meanAbs),
          `image ${at.sample}, class ${name(at.class)}`,
        ]),
      },
      {
        caption: "Images that are labeled differently",
        columns: [
          { title: "image", numeric: true },
          { title: "label" },
          { title: "scikit-learn" },
          { title: runtime },
          { title: "margin", numeric: true },
          { title: "tie" },
        ],
        rows: disagreements.map(({ index, label, source: own, runtime: got, margin: by, tie }) => [
          String(index),
          name(label),
          name(own),
          name(got),
          by === null ? "∞" : formatDifference(by),
          tie ? "yes" : "no",
        ]),
      },
    ],
    notes: [
      `A margin is ${margin.of}. Single precision may decide otherwise up to ${formatDifference(margin.bound)}: ${margin.why}.`,
      `${formatCount(margin.within)} of ${formatCount(dataset.samples)} decisions have no larger margin.`,
    ],
    checks: [
      {
        name: "agreement",
        group: `agreement.${model.name}`,
        outcome: pass ? "pass" : "fail",
        message: agreement.because,
        seconds: agreement.seconds,
      },
    ],
    data: agreement,
  };
}

export const agreementReport = defineReport<Agreement>({
  id: "congruent/agreement@1",
  schema: agreementSchema,
  sheet: agreementSheet,
});
