import {
  type BenchContender,
  type BenchNetwork,
  type TrainBench,
  trainBenchSchema,
} from "@congruent/core/schemas";
import { formatCount, formatPlural, formatSeconds, formatVersions } from "../formats/numbers.js";
import type { Sheet, SheetTable } from "../formats/sheet.js";
import { renderTrainBenchPage } from "../pages/train-bench-page.js";
import { defineReport } from "./report-definition.js";

/** What `congruent bench train` measured as a sheet; a check for every trainer that took part. */
export function trainBenchSheet(bench: TrainBench): Sheet {
  const { machine, settings, peak, networks } = bench;
  const failed = networks.flatMap(({ contenders }) => contenders.filter(({ status }) => status === "failed"));
  const trouble = failed.length > 0 ? ` ${formatPlural(failed.length, "measurement")} failed.` : "";
  return {
    title: "Training steps against tfjs, Keras and PyTorch",
    lead: `Medians of ${formatPlural(settings.rounds, "interleaved round")}, batch ${settings.batchSize}, float32 where nothing else is said.${trouble}`,
    tone: failed.length > 0 ? "bad" : "neutral",
    facts: [
      {
        name: "machine",
        value: `${machine.cpu}, ${formatPlural(machine.cores, "core")}, ${gigabytes(machine.memoryBytes)}, ${machine.platform}`,
      },
      { name: "load before and after", value: machine.load.map((load) => load.toFixed(2)).join(", ") },
      { name: "threads", value: String(settings.threads) },
      { name: "peak, products of 2048 × 2048 matrices", value: peakOf(bench) },
      ...peak.libraries.map(({ library, gflops, reason }) => ({
        name: `peak by ${library}`,
        value: reason ?? gflops.map((rate) => `${rate.toFixed(0)} GFLOP/s`).join(", "),
      })),
      { name: "operations of a step", value: settings.flops },
      { name: "warm-up", value: settings.warmUp },
      ...versionFacts(bench),
    ],
    tables: [ratiosTable(bench), ...networks.map(networkTable)],
    notes: notesOf(bench),
    checks: networks.flatMap(({ network, contenders }) =>
      contenders.map((contender) => ({
        name: `${network} by ${contender.title}`,
        group: "bench.train",
        outcome: OUTCOMES[contender.status],
        message: contender.reason ?? `${time(contender.milliseconds)} a step`,
      })),
    ),
    data: bench,
  };
}

const OUTCOMES = { measured: "pass", unavailable: "skip", failed: "error" } as const;

function ratiosTable({ networks }: TrainBench): SheetTable {
  return {
    caption: "This trainer's time and memory in relation",
    columns: [
      { title: "network" },
      { title: "ms/step", numeric: true },
      { title: "÷ better peer", numeric: true },
      { title: "better peer" },
      { title: "÷ eager", numeric: true },
      { title: "bfloat16 ÷ float32", numeric: true },
      { title: "memory ÷ Keras", numeric: true },
    ],
    rows: networks.map(({ network, contenders, ratios }) => [
      network,
      time(contenders.find(({ name }) => name === "graph")?.milliseconds ?? null),
      ratio(ratios.toBetterPeer),
      ratios.betterPeer ?? "–",
      ratio(ratios.toEager),
      ratio(ratios.bfloat16),
      ratio(ratios.memoryToKeras),
    ]),
  };
}

function networkTable({ network, parameters, flopsPerStep, contenders }: BenchNetwork): SheetTable {
  return {
    caption: `${network}: ${formatCount(parameters)} parameters, ${(flopsPerStep / 1e9).toFixed(2)} GFLOP a step`,
    columns: [
      { title: "trainer" },
      { title: "configuration" },
      { title: "ms/step", numeric: true },
      { title: "rounds from … to", numeric: true },
      { title: "examples/s", numeric: true },
      { title: "of peak", numeric: true },
      { title: "peak memory", numeric: true },
      { title: "prepared in", numeric: true },
      { title: "ready after", numeric: true },
    ],
    rows: contenders.map(contenderRow),
  };
}

function contenderRow(contender: BenchContender): string[] {
  const { rounds, examplesPerSecond, shareOfPeak, peakBytes, preparationMs, readyMs } = contender;
  return [
    contender.title,
    contender.status === "measured"
      ? (contender.configuration ?? "")
      : `${contender.status}: ${contender.reason}`,
    time(contender.milliseconds),
    rounds.length === 0 ? "–" : `${time(Math.min(...rounds))} … ${time(Math.max(...rounds))}`,
    examplesPerSecond === null ? "–" : formatCount(Math.round(examplesPerSecond)),
    shareOfPeak === null ? "–" : `${(shareOfPeak * 100).toFixed(0)} %`,
    peakBytes === null ? "–" : `${formatCount(Math.round(peakBytes / 1e6))} MB`,
    preparationMs === null ? "–" : formatSeconds(preparationMs / 1000),
    readyMs === null ? "–" : formatSeconds(readyMs / 1000),
  ];
}

function notesOf({ networks }: TrainBench): string[] {
  const same = networks
    .flatMap(({ contenders }) => contenders.map(({ outputDifference }) => outputDifference ?? 0))
    .reduce((most, difference) => Math.max(most, difference), 0);
  const chosen = networks.flatMap(({ network, contenders }) =>
    contenders
      .filter(({ considered }) => considered.length > 1)
      .map(({ title, considered }) => {
        const list = considered.map((c) => `${c.configuration} ${c.reason ?? time(c.milliseconds)}`);
        return `${network}, ${title}, tried in the warm-up: ${list.join("; ")}`;
      }),
  );
  return [
    `Every trainer starts from the same weights, and its log-probabilities for the first batch differ from tfjs' by ${same.toExponential(1)} at most: they train the same networks.`,
    "Prepared: building, capturing or compiling, loading and the first step. Ready: the same from the start of the process. Memory: the most that the process held (VmHWM).",
    ...chosen,
  ];
}

function versionFacts({ networks }: TrainBench): { name: string; value: string }[] {
  const known = new Map(
    networks.flatMap(({ contenders }) =>
      contenders
        .filter(({ versions }) => Object.keys(versions).length > 0)
        .map(({ title, versions }) => [title, formatVersions(versions)] as const),
    ),
  );
  return [...known].map(([title, value]) => ({ name: `versions of ${title}`, value }));
}

function peakOf({ peak }: TrainBench): string {
  return peak.gflops === null ? "not measured" : `${peak.gflops.toFixed(0)} GFLOP/s`;
}

function time(milliseconds: number | null): string {
  return milliseconds === null ? "–" : milliseconds.toFixed(milliseconds < 100 ? 2 : 1);
}

function ratio(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(0)} GiB`;
}

export const trainBenchReport = defineReport<TrainBench>({
  id: "congruent/train-bench@1",
  schema: trainBenchSchema,
  sheet: trainBenchSheet,
  page: renderTrainBenchPage,
});
