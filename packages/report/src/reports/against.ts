import { runtimeId } from "@congruent/core";
import {
  type AgainstReport,
  againstReportSchema,
  type ModelChange,
  type OutputQuality,
} from "@congruent/core/schemas";
import { formatCount, formatDifference, formatPlural } from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

const TONES = { pass: "good", fail: "bad", inconclusive: "neutral" } as const;
const OUTCOMES = {
  pass: "pass",
  fail: "fail",
  inconclusive: "skip",
  unavailable: "skip",
  error: "error",
} as const;

/**
 * A changed node as people look for it: name, operator, position.
 *
 * @example
 * ```ts
 * const change = { kind: "operator", node: "act", renamed: null, opType: "Relu", index: 3, what: "operator Relu became Elu" };
 * changeText(change); // => "act (Relu, node 3): operator Relu became Elu"
 * ```
 */
export function changeText({ node, renamed, opType, index, what }: ModelChange): string {
  const also = renamed === null ? "" : `, now called ${renamed}`;
  const where = opType === null ? "" : ` (${opType}, node ${index}${also})`;
  return `${node}${where}: ${what}`;
}

/** How large both files are, where that is known. */
function sizes({ model, against }: AgainstReport): { name: string; value: string }[] {
  if (model.bytes === undefined || against.bytes === undefined) return [];
  const share = `${(against.bytes / model.bytes).toPrecision(3)} of the first`;
  return [
    { name: "sizes", value: `${formatCount(model.bytes)} and ${formatCount(against.bytes)} bytes, ${share}` },
  ];
}

/** Layers that are shown. */
const MOST_LAYERS = 12;

/** What compression lost: outputs, layers, and what must stay float32; nothing for files that were not compressed. */
function compressionTables({
  runtimes,
  layers,
  precision,
  folded,
  budget,
}: AgainstReport): Sheet["tables"][number][] {
  if (!folded && !budget) return [];
  const numeric = (title: string) => ({ title, numeric: true });
  const measures = ["SNR, dB", "cosine", "relative error"].map(numeric);
  const outputs = {
    caption: "What is left of the outputs",
    columns: [
      { title: "runtime" },
      { title: "output" },
      ...measures,
      numeric("decisions that flip"),
      numeric("time"),
    ],
    rows: runtimes.flatMap((side) =>
      (side.quality ?? []).map((quality) => [
        runtimeId(side),
        quality.name,
        ...measuresOf(quality),
        quality.decisions
          ? `${formatCount(quality.decisions.flips)} of ${formatCount(quality.decisions.count)}`
          : "–",
        side.latency ? `x ${side.latency.ratio.toPrecision(3)}` : "–",
      ]),
    ),
  };
  const worst = {
    caption: `The worst layers${layers && layers.length > MOST_LAYERS ? `, ${MOST_LAYERS} of ${layers.length}` : ""}`,
    columns: [{ title: "node" }, { title: "operator" }, ...measures, numeric("dB lost here")],
    rows: (layers ?? [])
      .slice(0, MOST_LAYERS)
      .map((layer) => [layer.node, layer.opType, ...measuresOf(layer), layer.lost?.toFixed(1) ?? "–"]),
  };
  const kept = {
    caption: precision ? `What must stay float32: ${precision.said}` : "",
    columns: [{ title: "node" }, { title: "operator" }],
    rows: (precision?.keep ?? []).map(({ node, opType }) => [node, opType]),
  };
  return [outputs, ...(layers && layers.length > 0 ? [worst] : []), ...(precision ? [kept] : [])];
}

function measuresOf({
  equal,
  snr,
  cosine,
  relative,
}: Pick<OutputQuality, "equal" | "snr" | "cosine" | "relative">): string[] {
  if (equal) return ["equal", "1", "0"];
  return [
    snr?.toFixed(1) ?? "–",
    cosine?.toPrecision(6) ?? "–",
    relative === null ? "–" : formatDifference(relative),
  ];
}

/** Two files against each other as a sheet. */
export function againstSheet(report: AgainstReport): Sheet {
  const { model, against, inputs, matched, changes, runtimes, verdict, because, folded } = report;
  // Without any runtime that ran both the check has failed, and must not look like one that has nothing to say.
  const nothing = {
    name: "no runtime",
    status: "error",
    reason: because,
    outputs: [],
    decisions: null,
  } as const;
  const named = runtimes.map((each) => ({ ...each, name: runtimeId(each) }));
  const compared = named.length > 0 ? named : [nothing];
  return {
    title: `${against.path} against ${model.path}: ${verdict}`,
    lead:
      changes.length === 0
        ? `No node differs. ${because}`
        : `${formatPlural(changes.length, "change")}. ${because}`,
    tone: TONES[verdict],
    facts: [
      { name: "first file", value: model.path },
      { name: "sha256", value: model.sha256 },
      { name: "second file", value: against.path },
      { name: "its sha256", value: against.sha256 },
      { name: "inputs", value: `${inputs.source}, ${formatPlural(inputs.samples, "sample")}` },
      {
        name: "nodes paired",
        value: `${formatCount(matched.byName)} by name, ${formatCount(matched.byStructure)} by structure, ${formatCount(matched.unmatched)} not at all`,
      },
      ...(folded
        ? [
            {
              name: "conversions folded away",
              value: `${formatCount(folded.first)} nodes of the first file, ${formatCount(folded.second)} of the second`,
            },
          ]
        : []),
      ...sizes(report),
    ],
    tables: [
      {
        caption: "What changed",
        columns: [
          { title: "node" },
          { title: "operator" },
          { title: "position", numeric: true },
          { title: "change" },
        ],
        rows: changes.map(({ node, renamed, opType, index, what }) => [
          renamed === null ? node : `${node} → ${renamed}`,
          opType ?? "–",
          index === null ? "–" : String(index),
          what,
        ]),
      },
      ...compressionTables(report),
      {
        caption: "What numerically follows",
        columns: [
          { title: "runtime" },
          { title: "output" },
          { title: "max |Δ|", numeric: true },
          { title: "bound", numeric: true },
          { title: "flips", numeric: true },
        ],
        rows: compared.flatMap(({ name: runtime, status, reason, outputs, decisions }) =>
          outputs.length === 0
            ? [[runtime, `${status}: ${reason}`, "–", "–", "–"]]
            : outputs.map(({ name, maxAbs, bound }) => [
                runtime,
                name,
                formatDifference(maxAbs),
                formatDifference(bound),
                decisions ? `${formatCount(decisions.flips)} of ${formatCount(decisions.samples)}` : "–",
              ]),
        ),
      },
    ],
    notes: [],
    checks: compared.map(({ name, status, reason }) => ({
      name,
      group: `against.${model.name ?? model.path}`,
      outcome: OUTCOMES[status],
      message: reason ?? "the outputs agree",
      detail: changes.map(changeText).join("\n") || "no node differs",
    })),
    data: report,
  };
}

export const againstReport = defineReport<AgainstReport>({
  id: "congruent/against@1",
  schema: againstReportSchema,
  sheet: againstSheet,
});
