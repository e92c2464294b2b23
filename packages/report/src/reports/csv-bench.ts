import { type CsvBench, csvBenchSchema } from "@congruent/core/schemas";
import { formatCount, formatPlural } from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

/** What `congruent bench csv` measured as a sheet; a check for every reader that took part. */
export function csvBenchSheet(bench: CsvBench): Sheet {
  const { contenders, file, machine, arrayBytes, toBetterPeer } = bench;
  const rounds = Math.max(0, ...contenders.map(({ runs }) => runs.length));
  const broken = contenders.filter(({ reason }) => reason !== null);
  const ratio =
    toBetterPeer === null ? "" : ` This reader takes ${toBetterPeer.toFixed(3)} of the faster peer's time.`;
  const busy = machine.load.some((load) => load > machine.cores);
  return {
    title: "CSV reading",
    lead: `${formatCount(file.rows)} rows of ${formatPlural(file.columns, "number")}, ${megabytes(file.bytes)}; medians of ${formatPlural(rounds, "round")}, taking turns.${ratio}`,
    tone: broken.length === 0 ? "neutral" : "bad",
    facts: [
      {
        name: "machine",
        value: `${machine.cpu}, ${formatPlural(machine.cores, "core")}, ${machine.platform}`,
      },
      { name: "load before and after", value: machine.load.map((load) => load.toFixed(2)).join(", ") },
      { name: "the numbers as uint8", value: megabytes(arrayBytes) },
    ],
    tables: [
      {
        caption: "Readers",
        columns: [
          { title: "reader" },
          { title: "MB/s", numeric: true },
          { title: "MB/s of processor time", numeric: true },
          { title: "peak memory", numeric: true },
          { title: "÷ array", numeric: true },
        ],
        rows: contenders.map((contender) => [
          contender.title,
          contender.megabytesPerSecond?.toFixed(1) ?? "–",
          contender.megabytesPerCpuSecond?.toFixed(1) ?? "–",
          contender.peakBytes === null ? "–" : megabytes(contender.peakBytes),
          contender.memoryRatio?.toFixed(2) ?? "–",
        ]),
      },
    ],
    notes: [
      "Each reading is a process of its own; its start is not timed. Memory is the highest resident set above that before the reading.",
      ...(busy ? ["More was running than this machine has cores: the ratios count, the speeds do not."] : []),
      ...broken.map(({ title, reason }) => `${title}: ${reason}`),
    ],
    checks: contenders.map(({ title, reason, megabytesPerSecond }) => ({
      name: title,
      group: "bench.csv",
      outcome: reason === null ? "pass" : "error",
      message: reason ?? `${megabytesPerSecond?.toFixed(1)} MB/s`,
    })),
    data: bench,
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export const csvBenchReport = defineReport<CsvBench>({
  id: "congruent/csv-bench@1",
  schema: csvBenchSchema,
  sheet: csvBenchSheet,
});
