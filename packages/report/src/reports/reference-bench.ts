import { type ReferenceBench, type ReferenceBenchModel, referenceBenchSchema } from "@congruent/core/schemas";
import { formatPlural } from "../formats/numbers.js";
import type { Sheet, SheetTable } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

/** What `congruent bench reference` measured as a sheet; a check for every contender of every model. */
function referenceBenchSheet(bench: ReferenceBench): Sheet {
  const { machine, models } = bench;
  const all = models.flatMap(({ name, contenders }) => contenders.map((each) => ({ model: name, ...each })));
  const rounds = Math.max(0, ...all.map(({ runs }) => runs.length));
  const broken = all.filter(({ reason }) => reason !== null);
  return {
    title: "The reference interpreter",
    lead: `One sample in double precision, with and without error bounds, beside Python; medians of ${formatPlural(rounds, "round")}, taking turns, one thread each.`,
    tone: broken.length === 0 ? "neutral" : "bad",
    facts: [
      {
        name: "machine",
        value: `${machine.cpu}, ${formatPlural(machine.cores, "core")}, ${machine.platform}`,
      },
      { name: "load before and after", value: machine.load.map((load) => load.toFixed(2)).join(", ") },
      ...versionsOf(all),
    ],
    tables: [summary(models), ...models.map(details)],
    notes: [
      "Each sample is computed by a process of its own, which has computed one before; its start and the reading of the model are not timed.",
      "Python is onnx.reference on numpy, the model widened to float64: the same sums in the same precision.",
      ...broken.map(({ model, title, reason }) => `${model}, ${title}: ${reason}`),
    ],
    checks: all.map(({ model, title, reason, cpuSeconds }) => ({
      name: `${model}, ${title}`,
      group: "bench.reference",
      outcome: reason === null ? "pass" : "error",
      message: reason ?? `${time(cpuSeconds)} of processor time`,
    })),
    data: bench,
  };
}

function versionsOf(
  all: readonly { title: string; versions: Readonly<Record<string, string>> }[],
): { name: string; value: string }[] {
  const said = new Map<string, string>();
  for (const { title, versions } of all) {
    const value = Object.entries(versions)
      .map((pair) => pair.join(" "))
      .join(", ");
    if (value !== "") said.set(`versions of ${title}`, value);
  }
  return [...said].map(([name, value]) => ({ name, value }));
}

function summary(models: readonly ReferenceBenchModel[]): SheetTable {
  return {
    caption: "Models",
    columns: [
      { title: "model" },
      { title: "size", numeric: true },
      { title: "bounds ÷ plain", numeric: true },
      { title: "plain ÷ Python", numeric: true },
      { title: "difference", numeric: true },
      { title: "sample" },
    ],
    rows: models.map(({ name, bytes, boundsToPlain, toPeer, difference, inputs }) => [
      name,
      megabytes(bytes),
      boundsToPlain?.toFixed(2) ?? "–",
      toPeer?.toFixed(3) ?? "–",
      difference?.toExponential(1) ?? "–",
      inputs,
    ]),
  };
}

function details({ name, contenders }: ReferenceBenchModel): SheetTable {
  return {
    caption: name,
    columns: [
      { title: "computed by" },
      { title: "processor time", numeric: true },
      { title: "wall time", numeric: true },
      { title: "each round", numeric: true },
      { title: "peak memory", numeric: true },
    ],
    rows: contenders.map(({ title, cpuSeconds, seconds, runs, peakBytes }) => [
      title,
      time(cpuSeconds),
      time(seconds),
      runs.map((run) => run.cpuSeconds.toFixed(2)).join(", ") || "–",
      peakBytes === null ? "–" : megabytes(peakBytes),
    ]),
  };
}

function time(seconds: number | null): string {
  return seconds === null ? "–" : `${seconds.toFixed(2)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export const referenceBenchReport = defineReport<ReferenceBench>({
  id: "congruent/reference-bench@1",
  schema: referenceBenchSchema,
  sheet: referenceBenchSheet,
});
