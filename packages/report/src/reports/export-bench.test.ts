import { type ExportBench, exportBenchSchema, type GraphRatio } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { renderSheet } from "../formats/render-sheet.js";
import { exportBenchSheet } from "./export-bench.js";

const ratio = (median: number, interval: [number, number] | null): GraphRatio => ({
  ...{ graph: "native", to: "tf2onnx", rounds: [median], median, interval },
});
const network = (
  name: string,
  milliseconds: number,
  ratios: GraphRatio[],
): ExportBench["networks"][number] => ({
  network: name,
  parameters: 61_706,
  rewritten: [],
  files: [
    { graph: "native", bytes: 1, nodes: 15 },
    { graph: "tf2onnx", bytes: 1, nodes: 21 },
  ],
  exports: [
    { via: "native", rounds: [milliseconds], milliseconds, reason: null },
    { via: "tf2onnx", rounds: [], milliseconds: null, reason: "it ended with 1" },
  ],
  runtimes: [
    {
      ...{
        runtime: "node-cpu",
        browser: null,
        status: "measured",
        reason: null,
        versions: { onnxruntime: "1.30.0" },
        turns: "a process of its own",
      },
      graphs: [
        { graph: "native", milliseconds: 0.5 },
        { graph: "tf2onnx", milliseconds: 0.6 },
      ],
      ratios,
    },
  ],
});
const bench: ExportBench = {
  schema: "congruent/export-bench@1",
  machine: { cpu: "a processor", cores: 2, memoryBytes: 1, platform: "linux", load: [0, 0] },
  settings: { rounds: 10, exportRounds: 3 },
  networks: [
    network("lenet", 120, [ratio(1.03, [1.01, 1.05])]),
    network("vgg", 1500, [ratio(0.9, [0.88, 0.95])]),
    network("mlp", 20, [ratio(1.1, null)]),
  ],
};
const failedOf = (options: Parameters<typeof exportBenchSheet>[1]) =>
  exportBenchSheet(bench, options)
    .checks.filter(({ outcome }) => outcome === "fail")
    .map(({ name }) => name);

describe("exportBenchSheet", () => {
  it("is of data that the schema takes, and shows times, ratios with their intervals, and what failed", () => {
    expect(exportBenchSchema.parse(bench)).toEqual(bench);
    const markdown = renderSheet(exportBenchSheet(bench), "md");
    expect(markdown).toContain("| lenet | 61,706 | 0.12 s | 0.12 | – | – | 15 | 21 |");
    expect(markdown).toContain("| lenet | 0.500 | 0.600 | 1.030 (1.010 … 1.050) |");
    expect(markdown).toContain("| mlp | 0.500 | 0.600 | 1.100 |");
    expect(markdown).toContain("| median |  |  | 1.030 |");
    expect(markdown).toContain("lenet by tf2onnx: it ended with 1");
    expect(markdown).not.toContain("without its rewrites");
  });

  it("holds what is asked for: by the interval's beginning, or the median where there is none", () => {
    expect(failedOf({})).toEqual([]);
    expect(failedOf({ maxSeconds: 1, maxRatio: 1.02, maxMedian: 1 })).toEqual([
      "export of vgg by native",
      "latency of mlp on node-cpu",
      "latency on node-cpu, median of the networks",
    ]);
    expect(failedOf({ maxSeconds: 2, maxRatio: 1.2, maxMedian: 1.03 })).toEqual([]);
  });
});
