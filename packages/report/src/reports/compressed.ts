import { type Compressed, compressedSchema, type OutputQuality } from "@congruent/core/schemas";
import { formatCount } from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

function decibels({ equal, snr }: OutputQuality): string {
  if (equal) return "equal";
  return snr === null ? "not finite" : `${snr.toFixed(1)} dB`;
}

function flips({ decisions }: OutputQuality): string {
  return decisions === null ? "–" : `${formatCount(decisions.flips)} of ${formatCount(decisions.count)}`;
}

function budgetText(budget: Compressed["budget"]): string {
  return Object.entries(budget)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** A model in fewer bits; one check: it holds its budget. */
function compressedSheet(result: Compressed): Sheet {
  const { format, model, out, calibration, compressed, left, search, parity, budget, block } = result;
  const written = out.path !== null;
  const why = search.holds ? parity.because : search.said;
  const share = `${((100 * out.bytes) / model.bytes).toFixed(1)} %`;
  return {
    title: `${model.path} as ${format}: ${written ? `${share} of its size` : "refused"}`,
    lead: written ? `${out.path}: ${parity.because}.` : `Nothing was written: ${why}.`,
    tone: written ? "good" : "bad",
    facts: [
      { name: "model", value: model.path },
      { name: "written", value: out.path ?? "nothing" },
      { name: "bytes", value: `${formatCount(model.bytes)} to ${formatCount(out.bytes)} (${share})` },
      { name: "nodes", value: `${formatCount(model.nodes)} to ${formatCount(out.nodes)}` },
      { name: "sha256", value: out.sha256 },
      { name: "budget", value: budgetText(budget) },
      { name: "inputs", value: `${parity.inputs.source}, ${formatCount(parity.inputs.samples)} samples` },
      ...(block === null ? [] : [{ name: "block", value: `${block} weights` }]),
      ...(calibration === null
        ? []
        : [
            {
              name: "calibration",
              value: `${calibration.method} of ${calibration.source}, ${formatCount(calibration.samples)} samples`,
            },
          ]),
      { name: "compressed", value: `${formatCount(compressed.length)} nodes` },
      { name: "search", value: `${search.said}; ${formatCount(search.runs)} runs` },
    ],
    tables: [
      {
        caption: "Beside float32",
        columns: [
          { title: "runtime" },
          { title: "output" },
          { title: "signal to noise", numeric: true },
          { title: "decisions that flip", numeric: true },
          { title: "time, float32 = 1", numeric: true },
        ],
        rows: parity.runtimes.flatMap(({ runtime, browser, quality = [], latency }) =>
          quality.map((each) => [
            browser === null || browser === "chromium" ? runtime : `${runtime}@${browser}`,
            each.name,
            each.decisions?.kind === "label" ? "–" : decibels(each),
            flips(each),
            latency ? latency.ratio.toFixed(2) : "–",
          ]),
        ),
      },
      ...(left.length === 0
        ? []
        : [
            {
              caption: "What the format cannot compress",
              columns: [{ title: "node" }, { title: "operator" }, { title: "why" }],
              rows: left.map(({ node, opType, why: reason }) => [node, opType, reason]),
            },
          ]),
      ...(search.kept.length === 0
        ? []
        : [
            {
              caption: "What stays float32 for the budget",
              columns: [{ title: "node" }, { title: "operator" }],
              rows: search.kept.map(({ node, opType }) => [node, opType]),
            },
          ]),
    ],
    notes: [],
    checks: [{ name: format, group: "compressed", outcome: written ? "pass" : "fail", message: why }],
    data: result,
  };
}

export const compressedReport = defineReport<Compressed>({
  id: "congruent/compressed@1",
  schema: compressedSchema,
  sheet: compressedSheet,
});
