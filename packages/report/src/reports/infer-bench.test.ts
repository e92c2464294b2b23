import type { BenchContender, InferBench } from "@congruent/core/schemas";
import { inferBenchSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { renderSheet } from "../formats/render-sheet.js";
import { inferBenchSheet } from "./infer-bench.js";

const contender = (name: string, milliseconds: number | null): BenchContender => ({
  name,
  title: name,
  peer: name === "python",
  status: milliseconds === null ? "failed" : "measured",
  reason: milliseconds === null ? "it ended (exit code 9)" : null,
  configuration: milliseconds === null ? null : "batches of 64",
  considered: [],
  versions: { onnxruntime: "1.30.0" },
  rounds: milliseconds === null ? [] : [milliseconds, milliseconds + 2],
  milliseconds,
  examplesPerSecond: null,
  gflops: null,
  shareOfPeak: null,
  peakBytes: null,
  readyMs: null,
  preparationMs: null,
  outputDifference: 0,
});
const bench = (ours: number | null): InferBench => ({
  schema: "congruent/infer-bench@1",
  machine: { cpu: "a processor", cores: 2, memoryBytes: 1, platform: "linux", load: [0, 0] },
  settings: { rounds: 3, warmUp: "the first runs", evaluationRounds: 5 },
  models: [
    {
      name: "lenet",
      path: "models/lenet/model.onnx",
      sha256: "ab",
      bytes: 249_600,
      parameters: 61_706,
      runtimes: [
        {
          runtime: "node-cpu",
          browser: null,
          status: "measured",
          reason: null,
          versions: { onnxruntime: "1.30.0" },
          adapter: null,
          threads: null,
          loadMs: 12.4,
          batches: [
            { batch: 1, runs: 600, p50Ms: 0.0712, p95Ms: 0.15, imagesPerSecond: 12_345 },
            { batch: 64, runs: 90, p50Ms: 1.5, p95Ms: 12.34, imagesPerSecond: 41_234.6 },
          ],
        },
        {
          runtime: "node-webgpu",
          browser: null,
          status: "unavailable",
          reason: "there is no GPU",
          versions: {},
          adapter: null,
          threads: null,
          loadMs: null,
          batches: [],
        },
      ],
      evaluation: {
        samples: 10_000,
        contenders: [contender("congruent", ours), contender("python", 200)],
        toPython: ours === null ? null : ours / 200,
      },
    },
  ],
});

describe("inferBenchSheet", () => {
  it("is of data that the schema takes", () => {
    expect(inferBenchSchema.parse(bench(190))).toEqual(bench(190));
  });

  it("shows times, throughput and the ratio", () => {
    const markdown = renderSheet(inferBenchSheet(bench(190)), "md");
    expect(markdown).toContain("| lenet | models/lenet/model.onnx | 250 kB | 61,706 |");
    expect(markdown).toContain(
      "| node-cpu | 0.071 | 0.150 | 12,345 | 1.500 | 12.34 | 41,235 | 12 ms | its own | – |",
    );
    expect(markdown).toContain("| node-webgpu | unavailable | – | – | – | – | – | – | – | – |");
    expect(markdown).toContain("| lenet | congruent | batches of 64 | 190 ms | 190, 192 | 0.950 |");
    expect(markdown).toContain("lenet on node-webgpu: there is no GPU");
  });

  it("fails for more than the ratio asked for, and for a contender that failed", () => {
    const outcomes = (ours: number | null, maxRatio?: number) =>
      inferBenchSheet(bench(ours), maxRatio === undefined ? {} : { maxRatio }).checks.map(
        ({ outcome }) => outcome,
      );
    expect(outcomes(250)).toEqual(["pass", "skip", "pass"]);
    expect(outcomes(250, 1.2)).toEqual(["pass", "skip", "fail"]);
    expect(outcomes(239, 1.2)).toEqual(["pass", "skip", "pass"]);
    expect(outcomes(null)).toEqual(["pass", "skip", "error"]);
    expect(inferBenchSheet(bench(250), { maxRatio: 1.2 }).tone).toBe("bad");
  });
});
