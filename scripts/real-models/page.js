/** docs/real-models.md: what became of each model. */

import { median } from "../../packages/core/src/index.ts";
import { cellName } from "../../packages/core/src/schemas/index.ts";
import { formatBytes, markdownTable } from "../../packages/report/src/index.ts";

const columns = [
  { title: "model" },
  { title: "package" },
  { title: "verdict" },
  { title: "wrong here" },
  { title: "refused by" },
  { title: "cells stopped by the time limit" },
  { title: "off the reference: Python's ONNX Runtime", numeric: true },
  { title: "the worst that is wrong", numeric: true },
  { title: "reference's samples", numeric: true },
  { title: "looseness", numeric: true },
  { title: "time", numeric: true },
  { title: "memory", numeric: true },
];

const cutCells = ({ cells }) => cells.filter((cell) => cell.cut !== null);

/** How many cells did not do all samples, and how many of them none. */
function cutCount(report) {
  const cut = cutCells(report);
  const none = cut.filter(({ samples }) => samples === 0).length;
  return cut.length === 0 ? "–" : `${cut.length}${none > 0 ? `, ${none} before any sample` : ""}`;
}

function cutLine({ model, report }) {
  const cut = cutCells(report);
  const parts = cut.map((cell) => `${cellName(cell)} ${cell.samples}`);
  return `- ${model.name} (${model.package}), of ${cut[0].cut.of} samples: ${parts.join(", ")}`;
}

const sizes = (outputs) => outputs.map(({ maxAbs }) => maxAbs ?? Number.POSITIVE_INFINITY);
const short = (number) => (Number.isFinite(number) ? String(Number(number.toPrecision(2))) : "NaN");

/** Bound ÷ error at the element that comes nearest to its bound, of any runtime that is right: the median over the outputs. */
function loosenessOf({ cells }) {
  const used = cells
    .filter(({ status, reference }) => status === "pass" && reference !== null)
    .flatMap(({ reference }) => reference.outputs)
    .map(({ name, why }) => ({ name, percent: Number(/of which ([\d.e+-]+) % is used/.exec(why)?.[1] ?? 0) }))
    .filter(({ percent }) => percent > 0);
  const names = [...new Set(used.map(({ name }) => name))];
  const most = names.map((name) =>
    Math.max(...used.filter((each) => each.name === name).map(({ percent }) => percent)),
  );
  return most.length > 0 ? short(median(most.map((percent) => 100 / percent))) : "–";
}

function row({ model, report, run, peer }) {
  const having = (status) => report.cells.filter((cell) => cell.status === status);
  const wrong = having("fail");
  const names = (cells) => cells.map(cellName).join(", ") || "–";
  const reference = report.cells.find(({ runtime }) => runtime === "reference");
  const off = wrong.flatMap((cell) => sizes(cell.reference?.outputs ?? cell.outputs));
  return [
    model.name,
    model.package,
    report.verdict,
    names(wrong),
    names(having("error")),
    cutCount(report),
    short(Math.max(...sizes(peer.reference.outputs))),
    off.length > 0 ? short(Math.max(...off)) : "–",
    String(reference.samples),
    loosenessOf(report),
    `${run.seconds.toFixed(0)} s`,
    run.peakBytes === null ? "–" : formatBytes(run.peakBytes),
  ];
}

export function pageOf(rows, machine) {
  const options = rows
    .filter(({ model }) => model.options.length > 0)
    .map(({ model }) => `- ${model.name}: \`${model.options.join(" ")}\``);
  return `# Models of public packages

Written by \`npm run test:full -- real-models\`. Each model is fetched from the Python package index or npm, pinned by version and SHA-256
(\`scripts/real-models/packages.json\`), and run by \`congruent parity FILE\` on every runtime of the machine (${machine}; WebGPU on Chromium's software
adapter).

Why the verdicts are right: on the same inputs, Python's ONNX Runtime (another release, nothing rewritten in the graph) is within the reference's bound
for every model, and every runtime that fails is more than ten times as far from the reference as it is. A runtime that refuses a model says
so itself. The test asserts all three.
Looseness is the bound ÷ the error of the runtimes that are right, at the element that comes nearest to its bound: the median over the outputs. Memory is that of all processes together,
browsers included, where what processes share counts once.

${markdownTable(columns, rows.map(row))}

Stopped by the time limit, with the samples that were done by then (what was not done is compared with nothing):

${rows
  .filter(({ report }) => cutCells(report).length > 0)
  .map(cutLine)
  .join("\n")}

Options, where a model's inputs cannot be guessed:

${options.join("\n")}
`;
}
