import { runtimeId } from "@congruent/core";
import {
  type InferBench,
  type InferBenchModel,
  type InferBenchRuntime,
  inferBenchSchema,
} from "@congruent/core/schemas";
import type { Check } from "../formats/junit.js";
import { formatCount, formatPlural, formatSeconds, formatVersions } from "../formats/numbers.js";
import type { Sheet, SheetTable } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

export interface InferBenchSheetOptions {
  /** What our evaluation may take of Python's time; without it there is nothing to exceed. */
  maxRatio?: number;
}

/** What `congruent bench infer` measured as a sheet; a check for every model on every runtime and for its evaluation. */
export function inferBenchSheet(bench: InferBench, { maxRatio }: InferBenchSheetOptions = {}): Sheet {
  const { machine, settings, models } = bench;
  const checks = models.flatMap((model) => checksOf(model, maxRatio));
  const bad = checks.filter(({ outcome }) => outcome === "fail" || outcome === "error");
  const trouble = bad.length > 0 ? ` ${formatPlural(bad.length, "check")} did not hold.` : "";
  return {
    title: "Inference on every runtime",
    lead: `${formatPlural(models.length, "model")} in ${formatPlural(settings.rounds, "round")}, each runtime and batch size in a process or page of its own, taking turns; evaluations are medians of ${formatPlural(settings.evaluationRounds, "interleaved round")}.${trouble}`,
    tone: bad.length > 0 ? "bad" : "neutral",
    facts: [
      {
        name: "machine",
        value: `${machine.cpu}, ${formatPlural(machine.cores, "core")}, ${machine.platform}`,
      },
      { name: "load before and after", value: machine.load.map((load) => load.toFixed(2)).join(", ") },
      { name: "warm-up", value: `${settings.warmUp} are left out` },
      ...versionFacts(models),
    ],
    tables: [sizesTable(models), ...models.map(runtimesTable), ...evaluationTables(models)],
    notes: [
      "Latency: milliseconds of one run, median (p50) and 95th percentile (p95). Loading: from the file to a model that can run, without the start of the process or page.",
      "Evaluation: from the model's file and images in memory to all scores; Python's to accuracy and confusion matrix.",
      ...models.flatMap(({ name, runtimes }) =>
        runtimes.flatMap(({ reason, ...of }) =>
          reason === null ? [] : [`${name} on ${runtimeId(of)}: ${reason}`],
        ),
      ),
      ...models.flatMap(({ name, evaluation }) =>
        (evaluation?.contenders ?? []).flatMap(({ title, reason }) =>
          reason === null ? [] : [`evaluation of ${name} by ${title}: ${reason}`],
        ),
      ),
    ],
    checks,
    data: bench,
  };
}

function checksOf({ name, runtimes, evaluation }: InferBenchModel, maxRatio: number | undefined): Check[] {
  const ratio = evaluation?.toPython ?? null;
  const failed = evaluation?.contenders.find(({ status }) => status === "failed");
  const slow = maxRatio !== undefined && ratio !== null && ratio > maxRatio;
  return [
    ...runtimes.map(
      (entry): Check => ({
        name: `${name} on ${runtimeId(entry)}`,
        group: "bench.infer",
        outcome: OUTCOMES[entry.status],
        message: entry.reason ?? entry.batches.map((b) => `batch ${b.batch}: ${time(b.p50Ms)} ms`).join(", "),
      }),
    ),
    ...(evaluation === null
      ? []
      : [
          {
            name: `evaluation of ${name}`,
            group: "bench.infer",
            outcome: failed ? "error" : slow ? "fail" : ratio === null ? "skip" : "pass",
            message:
              failed?.reason ?? (ratio === null ? "not measured" : `${ratio.toFixed(3)} of Python's time`),
          } satisfies Check,
        ]),
  ];
}

const OUTCOMES = { measured: "pass", unavailable: "skip", failed: "error" } as const;

function sizesTable(models: readonly InferBenchModel[]): SheetTable {
  return {
    caption: "Models",
    columns: [
      { title: "model" },
      { title: "file" },
      { title: "size", numeric: true },
      { title: "parameters", numeric: true },
    ],
    rows: models.map(({ name, path, bytes, parameters }) => [
      name,
      path,
      `${formatCount(Math.round(bytes / 1000))} kB`,
      formatCount(parameters),
    ]),
  };
}

function runtimesTable({ name, runtimes }: InferBenchModel): SheetTable {
  const sizes = runtimes.find(({ batches }) => batches.length > 0)?.batches.map(({ batch }) => batch) ?? [];
  return {
    caption: `${name}: latency in milliseconds and throughput`,
    columns: [
      { title: "runtime" },
      ...sizes.flatMap((batch) => [
        { title: `p50, batch ${batch}`, numeric: true },
        { title: `p95, batch ${batch}`, numeric: true },
        { title: `images/s, batch ${batch}`, numeric: true },
      ]),
      { title: "loading", numeric: true },
      { title: "threads", numeric: true },
      { title: "adapter" },
    ],
    rows: runtimes.map((entry) => [runtimeId(entry), ...cellsOf(entry, sizes.length)]),
  };
}

function cellsOf(entry: InferBenchRuntime, sizes: number): string[] {
  const { status, batches, loadMs, threads, adapter } = entry;
  const filled = batches.flatMap(({ p50Ms, p95Ms, imagesPerSecond }) => [
    time(p50Ms),
    time(p95Ms),
    formatCount(Math.round(imagesPerSecond)),
  ]);
  const empty = Array.from({ length: sizes * 3 - filled.length }, (_, i) => (i === 0 ? status : "–"));
  return [
    ...filled,
    ...empty,
    loadMs === null ? "–" : formatSeconds(loadMs / 1000),
    status !== "measured" ? "–" : threads === null ? "its own" : String(threads),
    adapter ?? "–",
  ];
}

function evaluationTables(models: readonly InferBenchModel[]): SheetTable[] {
  const rows = models.flatMap(({ name, evaluation }) =>
    (evaluation?.contenders ?? []).map((contender) => [
      name,
      contender.title,
      contender.configuration ?? contender.status,
      contender.milliseconds === null ? "–" : `${contender.milliseconds.toFixed(0)} ms`,
      contender.rounds.map((round) => round.toFixed(0)).join(", "),
      contender.peer ? "1.000" : (evaluation?.toPython?.toFixed(3) ?? "–"),
    ]),
  );
  if (rows.length === 0) return [];
  return [
    {
      caption: "Evaluation of the whole test set",
      columns: [
        { title: "model" },
        { title: "by" },
        { title: "configuration" },
        { title: "median", numeric: true },
        { title: "rounds", numeric: true },
        { title: "÷ Python", numeric: true },
      ],
      rows,
    },
  ];
}

function versionFacts(models: readonly InferBenchModel[]): { name: string; value: string }[] {
  const known = new Map<string, string>();
  for (const { runtimes, evaluation } of models) {
    for (const each of runtimes) known.set(runtimeId(each), formatVersions(each.versions));
    for (const { title, versions } of evaluation?.contenders ?? [])
      known.set(title, formatVersions(versions));
  }
  return [...known]
    .filter(([, value]) => value !== "")
    .map(([name, value]) => ({ name: `versions of ${name}`, value }));
}

function time(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 10 ? 3 : milliseconds < 100 ? 2 : 1);
}

export const inferBenchReport = defineReport<InferBench, InferBenchSheetOptions>({
  id: "congruent/infer-bench@1",
  schema: inferBenchSchema,
  sheet: inferBenchSheet,
});
