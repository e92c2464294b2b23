import { median, runtimeId } from "@congruent/core";
import {
  type ExportBench,
  type ExportBenchNetwork,
  type ExportBenchRuntime,
  exportBenchSchema,
  type GraphRatio,
} from "@congruent/core/schemas";
import type { Check } from "../formats/junit.js";
import { formatCount, formatPlural, formatVersions } from "../formats/numbers.js";
import type { Sheet, SheetTable } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

/** What may be asked for; without a value there is nothing to exceed. */
export interface ExportBenchSheetOptions {
  /** Of each native export. */
  maxSeconds?: number;
  /** What each interval of a latency's ratio to tf2onnx's graph must reach. */
  maxRatio?: number;
  /** Of the median of these ratios over all networks, on each runtime. */
  maxMedian?: number;
}

/** The ratios of all networks on one runtime. */
interface Column {
  runtime: string;
  ratios: { network: string; ratio: GraphRatio }[];
}

/** What `congruent bench export` measured as a sheet; a check for each export, ratio and median. */
export function exportBenchSheet(bench: ExportBench, options: ExportBenchSheetOptions = {}): Sheet {
  const { machine, settings, networks } = bench;
  const toPeer = columnsOf(networks, "tf2onnx");
  const checks = [
    ...networks.flatMap((each) => exportChecks(each, options)),
    ...ratioChecks(toPeer, options),
  ];
  const bad = checks.filter(({ outcome }) => outcome === "fail" || outcome === "error");
  const trouble = bad.length > 0 ? ` ${formatPlural(bad.length, "check")} did not hold.` : "";
  return {
    title: "Export, and what comes of it",
    lead: `${formatPlural(networks.length, "network")}: exports are medians of ${formatPlural(settings.exportRounds, "round")}, latencies of ${formatPlural(settings.rounds, "round")}; exporters and graphs take turns.${trouble}`,
    tone: bad.length > 0 ? "bad" : "neutral",
    facts: [
      {
        name: "machine",
        value: `${machine.cpu}, ${formatPlural(machine.cores, "core")}, ${machine.platform}`,
      },
      { name: "load before and after", value: machine.load.map((load) => load.toFixed(2)).join(", ") },
      ...versionsOf(networks),
    ],
    tables: [
      exportsTable(networks),
      ...ratioTables("Latency of one sample: the exported graph ÷ tf2onnx's", networks, toPeer, "tf2onnx"),
      ...ratioTables(
        "What portability costs: latency of the exported graph ÷ the same without its rewrites",
        networks,
        columnsOf(networks, "plain"),
        "plain",
      ),
    ],
    notes: [
      "Export: from the model in memory to the bytes of the file; verification apart. tf2onnx's includes the SavedModel that it reads, and its process.",
      ...turnsOf(networks),
      "Ratios are medians of the rounds' ratios, with the interval that holds the median with 95 % probability; below 1 the exported graph is faster.",
      ...networks.flatMap(({ network, exports, runtimes }) => [
        ...exports.flatMap(({ via, reason }) => (reason === null ? [] : [`${network} by ${via}: ${reason}`])),
        ...runtimes.flatMap(({ reason, ...of }) =>
          reason === null ? [] : [`${network} on ${runtimeId(of)}: ${reason}`],
        ),
      ]),
    ],
    checks,
    data: bench,
  };
}

function columnsOf(networks: readonly ExportBenchNetwork[], to: GraphRatio["to"]): Column[] {
  const columns = new Map<string, Column["ratios"]>();
  for (const { network, runtimes } of networks) {
    for (const each of runtimes) {
      const ratio = each.ratios.find((known) => known.to === to);
      const list = columns.get(runtimeId(each)) ?? [];
      columns.set(runtimeId(each), list);
      if (ratio) list.push({ network, ratio });
    }
  }
  return [...columns].map(([runtime, ratios]) => ({ runtime, ratios }));
}

function exportChecks(
  { network, exports, runtimes }: ExportBenchNetwork,
  { maxSeconds }: ExportBenchSheetOptions,
): Check[] {
  return [
    ...exports.map(({ via, milliseconds, reason }): Check => {
      const slow = via === "native" && maxSeconds !== undefined && (milliseconds ?? 0) > maxSeconds * 1000;
      return {
        name: `export of ${network} by ${via}`,
        group: "bench.export",
        outcome: reason !== null ? "error" : slow ? "fail" : "pass",
        message: reason ?? seconds(milliseconds),
      };
    }),
    ...runtimes
      .filter(({ status }) => status !== "measured")
      .map(
        (each): Check => ({
          name: `${network} on ${runtimeId(each)}`,
          group: "bench.export",
          outcome: each.status === "failed" ? "error" : "skip",
          message: each.reason ?? each.status,
        }),
      ),
  ];
}

function ratioChecks(columns: readonly Column[], { maxRatio, maxMedian }: ExportBenchSheetOptions): Check[] {
  return columns.flatMap(({ runtime, ratios }) => [
    ...ratios.map(({ network, ratio }): Check => {
      // Too few rounds give no interval, and so reach nothing but their median.
      const reached = ratio.interval?.[0] ?? ratio.median;
      return {
        name: `latency of ${network} on ${runtime}`,
        group: "bench.export",
        outcome: maxRatio !== undefined && reached > maxRatio ? "fail" : "pass",
        message: `${ratioText(ratio)} of tf2onnx's`,
      };
    }),
    ...(ratios.length === 0
      ? []
      : [
          {
            name: `latency on ${runtime}, median of the networks`,
            group: "bench.export",
            outcome: maxMedian !== undefined && middle(ratios) > maxMedian ? "fail" : "pass",
            message: `${middle(ratios).toFixed(3)} of tf2onnx's`,
          } satisfies Check,
        ]),
  ]);
}

function exportsTable(networks: readonly ExportBenchNetwork[]): SheetTable {
  return {
    caption: "Export in seconds",
    columns: [
      { title: "network" },
      { title: "parameters", numeric: true },
      { title: "native", numeric: true },
      { title: "each round" },
      { title: "tf2onnx", numeric: true },
      { title: "native ÷ tf2onnx", numeric: true },
      { title: "nodes", numeric: true },
      { title: "nodes of tf2onnx", numeric: true },
    ],
    rows: networks.map(({ network, parameters, exports, files }) => {
      const [own, peer] = (["native", "tf2onnx"] as const).map((via) =>
        exports.find((each) => each.via === via),
      );
      const nodes = (["native", "tf2onnx"] as const).map(
        (graph) => files.find((file) => file.graph === graph)?.nodes.toString() ?? "–",
      );
      const ratio =
        own?.milliseconds && peer?.milliseconds ? (own.milliseconds / peer.milliseconds).toFixed(4) : "–";
      return [
        network,
        formatCount(parameters),
        seconds(own?.milliseconds ?? null),
        own?.rounds.map((round) => (round / 1000).toFixed(2)).join(", ") ?? "–",
        seconds(peer?.milliseconds ?? null),
        ratio,
        ...nodes,
      ];
    }),
  };
}

function ratioTables(
  caption: string,
  networks: readonly ExportBenchNetwork[],
  columns: readonly Column[],
  to: GraphRatio["to"],
): SheetTable[] {
  const shown = networks.filter(({ network }) =>
    columns.some(({ ratios }) => ratios.some((each) => each.network === network)),
  );
  if (shown.length === 0) return [];
  const cells = ({ network, runtimes }: ExportBenchNetwork) =>
    columns.flatMap(({ runtime, ratios }) => {
      const found = ratios.find((each) => each.network === network)?.ratio;
      const of = runtimes.find((each) => runtimeId(each) === runtime);
      return [latency(of, "native"), latency(of, to), found ? ratioText(found) : "–"];
    });
  return [
    {
      caption,
      columns: [
        { title: "network" },
        ...columns.flatMap(({ runtime }) => [
          { title: `${runtime}, ms`, numeric: true },
          { title: `${to}, ms`, numeric: true },
          { title: "ratio", numeric: true },
        ]),
      ],
      rows: [
        ...shown.map((each) => [each.network, ...cells(each)]),
        [
          "median",
          ...columns.flatMap(({ ratios }) => ["", "", ratios.length > 0 ? middle(ratios).toFixed(3) : "–"]),
        ],
      ],
    },
  ];
}

const middle = (ratios: Column["ratios"]) => median(ratios.map(({ ratio }) => ratio.median));

function latency(of: ExportBenchRuntime | undefined, graph: GraphRatio["graph"]): string {
  return of?.graphs.find((each) => each.graph === graph)?.milliseconds.toFixed(3) ?? "–";
}

function ratioText({ median: value, interval }: GraphRatio): string {
  const range = interval ? ` (${interval.map((end) => end.toFixed(3)).join(" … ")})` : "";
  return `${value.toFixed(3)}${range}`;
}

function seconds(milliseconds: number | null): string {
  return milliseconds === null ? "–" : `${(milliseconds / 1000).toFixed(2)} s`;
}

function turnsOf(networks: readonly ExportBenchNetwork[]): string[] {
  const said = networks.flatMap(({ runtimes }) =>
    runtimes.map((each) => `On ${runtimeId(each)} each turn of a graph has ${each.turns}.`),
  );
  return [...new Set(said)];
}

function versionsOf(networks: readonly ExportBenchNetwork[]): { name: string; value: string }[] {
  const known = new Map<string, string>();
  for (const { runtimes } of networks) {
    for (const each of runtimes) known.set(runtimeId(each), formatVersions(each.versions));
  }
  return [...known]
    .filter(([, value]) => value !== "")
    .map(([name, value]) => ({ name: `versions of ${name}`, value }));
}

export const exportBenchReport = defineReport<ExportBench, ExportBenchSheetOptions>({
  id: "congruent/export-bench@1",
  schema: exportBenchSchema,
  sheet: exportBenchSheet,
});
