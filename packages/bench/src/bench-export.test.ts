/** @needs tensorflow */
import { CongruentError, checked } from "@congruent/core";
import { exportBenchSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { convertClassifier } from "@congruent/exporter";
import { readModel } from "@congruent/onnx/files";
import type { Runner, RunnerJob } from "@congruent/parity";
import { describe, expect, it, jest } from "@jest/globals";
import { benchExport } from "./bench-export.js";
import type { GraphTimer } from "./graph-timer.js";
import { timedByRunner } from "./timed-by-runner.js";

jest.setTimeout(timeLimits.programs);

/** Takes a millisecond for each node of the graph in its first turn, two in the next one, and so on. */
function byNodes(runtime: "node-cpu"): GraphTimer & { turned: string[] } {
  const turned: string[] = [];
  return {
    ...{ runtime, browser: null, turns: "its turn" },
    turned,
    open: async (graphs, sampleDims) => {
      expect(sampleDims).toEqual([28, 28, 1]);
      return {
        versions: { fake: "1" },
        turn: async (graph, runs) => {
          turned.push(graph);
          const { model } = await readModel(graphs.find((each) => each.graph === graph)?.path ?? "");
          return Array.from({ length: runs }, () => (model.graph?.node.length ?? 0) * turned.length);
        },
        close: async () => undefined,
      };
    },
  };
}
const failing = (runtime: "web-wasm" | "node-webgpu", error: Error): GraphTimer => ({
  ...{ runtime, browser: null, turns: "" },
  open: async () => {
    throw error;
  },
});

/** tf2onnx's place is taken by the graph without rewrites: no Python. */
const convert: typeof convertClassifier = ({ via, ...options }) =>
  via === "native"
    ? convertClassifier({ via, ...options })
    : convertClassifier({ ...options, via: "native", portable: false });

describe("benchExport", () => {
  it("times exporters and their graphs in turns, and compares these round by round", async () => {
    const cpu = byNodes("node-cpu");
    const timers = [
      cpu,
      failing("web-wasm", new CongruentError({ code: "E_X", what: "there is no browser", exit: 3 })),
      failing("node-webgpu", new Error("it broke")),
    ];
    const bench = await benchExport({ networks: ["lenet"], rounds: 6, exportRounds: 2, convert, timers });
    expect(checked(bench, exportBenchSchema, "the result")).toEqual(bench);
    const [network] = bench.networks;
    // LeNet's weights, counted by hand: 156 + 2,416 + 48,120 + 10,164 + 850.
    expect(network).toMatchObject({ network: "lenet", parameters: 61_706 });
    expect(network?.rewritten).toEqual([expect.stringContaining("conv2")]);
    expect(network?.exports.map(({ via, rounds, reason }) => [via, rounds.length, reason])).toEqual([
      ["native", 2, null],
      ["tf2onnx", 2, null],
    ]);
    expect(network?.files.map(({ graph }) => graph)).toEqual(["native", "tf2onnx", "plain"]);
    // A first turn, which only shows how long one takes; then another graph begins each round.
    expect(cpu.turned.slice(0, 7)).toEqual([
      "native",
      "native",
      "tf2onnx",
      "plain",
      "tf2onnx",
      "plain",
      "native",
    ]);
    const [measured, absent, broken] = network?.runtimes ?? [];
    // The three graphs have equally many nodes: a ratio is that of the turns' places. 2 ÷ 3, 7 ÷ 5, 9 ÷ 10, 11 ÷ 12, 16 ÷ 14, 18 ÷ 19.
    const places = [2 / 3, 7 / 5, 9 / 10, 11 / 12, 16 / 14, 18 / 19];
    const sorted = places.toSorted((a, b) => a - b);
    const [ratio] = measured?.ratios ?? [];
    expect(ratio).toMatchObject({ graph: "native", to: "tf2onnx" });
    expect(ratio?.rounds.map((each) => each.toFixed(9))).toEqual(places.map((each) => each.toFixed(9)));
    expect(ratio?.median).toBeCloseTo(((sorted[2] ?? 0) + (sorted[3] ?? 0)) / 2, 9);
    expect(ratio?.interval?.map((each) => each.toFixed(9))).toEqual([(2 / 3).toFixed(9), (7 / 5).toFixed(9)]);
    expect(measured?.ratios[1]).toMatchObject({ graph: "native", to: "plain" });
    expect([absent, broken]).toMatchObject([
      { runtime: "web-wasm", status: "unavailable", reason: "there is no browser", ratios: [] },
      { runtime: "node-webgpu", status: "failed", reason: "it broke", ratios: [] },
    ]);
  });

  it("says why an exporter failed, and goes on without it", async () => {
    const broken: typeof convertClassifier = async ({ via, ...options }) => {
      if (via === "native") return convertClassifier({ via, ...options });
      throw new CongruentError({ code: "E_TF2ONNX", what: "tf2onnx ended with 1" });
    };
    const timers = [byNodes("node-cpu")];
    const bench = await benchExport({
      ...{ networks: ["mlp512"], rounds: 1, exportRounds: 2, convert: broken, timers },
    });
    expect(bench.networks[0]).toMatchObject({
      exports: [
        { via: "native", reason: null },
        { via: "tf2onnx", reason: "tf2onnx ended with 1", milliseconds: null, rounds: [] },
      ],
      rewritten: [],
      files: [{ graph: "native" }],
      runtimes: [{ graphs: [{ graph: "native" }], ratios: [] }],
    });
  });

  it("takes the times of a runner's runs, the first ones left out, and refuses one that tells too few", async () => {
    const jobs: RunnerJob[] = [];
    const runner = (lacking: number): Runner => ({
      ...{ runtime: "web-wasm", browser: "chromium" },
      run: async (job) => {
        jobs.push(job);
        const count = (job.inputs.pixels?.dims[0] ?? 0) - lacking;
        const runs = Array.from({ length: count }, (_, i) => i);
        return {
          outputs: {},
          samples: count,
          versions: { v: "1" },
          adapter: null,
          seconds: 1,
          timings: { load: 1, runs },
        };
      },
    });
    const how = { webApp: "app", timeoutMs: 5 };
    const open = await timedByRunner(runner(0), how).open([{ graph: "native", path: "a.onnx" }], [2, 2, 1]);
    expect(await open.turn("native", 10)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(open.versions).toEqual({ v: "1" });
    expect(jobs[0]).toMatchObject({
      ...{
        modelPath: "a.onnx",
        webApp: "app",
        timeoutMs: 5,
        timed: true,
        batching: { mode: "fixed", size: 1 },
      },
      inputs: { pixels: { dims: [13, 2, 2, 1] } },
    });
    const short = await timedByRunner(runner(1), how).open([{ graph: "native", path: "a.onnx" }], [2]);
    await expect(short.turn("native", 10)).rejects.toMatchObject({ code: "E_BENCH_RUNTIME" });
  });

  it("refuses a network that is not in the zoo before it measures any", async () => {
    const none = async () => Promise.reject(new Error("it was asked"));
    await expect(benchExport({ networks: ["mlp512", "lenett"], convert: none })).rejects.toMatchObject({
      code: "E_ARCHITECTURE",
    });
  });
});
