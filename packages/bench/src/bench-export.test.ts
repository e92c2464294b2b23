/** @needs tensorflow */
import { CongruentError, checked, parseRuntimeId, type RuntimeId } from "@congruent/core";
import { exportBenchSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { convertClassifier } from "@congruent/exporter";
import { readModel } from "@congruent/onnx/files";
import type { Runner } from "@congruent/parity";
import { describe, expect, it, jest } from "@jest/globals";
import { benchExport } from "./bench-export.js";

jest.setTimeout(timeLimits.programs);

/** Takes a millisecond for each node of the graph, the first quarter of the runs ten times as long; a round is slower than the one before. */
function byNodes(id: RuntimeId): Runner & { turns: string[] } {
  const turns: string[] = [];
  return {
    ...parseRuntimeId(id),
    turns,
    run: async ({ modelPath, inputs, batching }) => {
      expect(batching).toEqual({ mode: "fixed", size: 1 });
      const { model } = await readModel(modelPath);
      turns.push(modelPath.split("/").at(-1) ?? "");
      const count = inputs.pixels?.dims[0] ?? 0;
      const each = (model.graph?.node.length ?? 0) * turns.length;
      const runs = Array.from({ length: count }, (_, i) => (i < Math.floor(count / 4) ? 10 : 1) * each);
      return {
        outputs: {},
        samples: count,
        versions: { fake: "1" },
        adapter: null,
        seconds: 1,
        timings: { load: 1, runs },
      };
    },
  };
}
const failing = (id: RuntimeId, error: Error): Runner => ({
  ...parseRuntimeId(id),
  run: async () => {
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
    const runners = [
      cpu,
      failing("web-wasm", new CongruentError({ code: "E_X", what: "there is no browser", exit: 3 })),
      failing("node-webgpu", new Error("it broke")),
    ];
    const bench = await benchExport({ networks: ["lenet"], rounds: 6, exportRounds: 2, convert, runners });
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
    expect(cpu.turns.slice(0, 7)).toEqual(
      ["native", "native", "tf2onnx", "plain", "tf2onnx", "plain", "native"].map((name) => `${name}.onnx`),
    );
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
    const runners = [byNodes("node-cpu")];
    const bench = await benchExport({
      ...{ networks: ["mlp512"], rounds: 1, exportRounds: 2, convert: broken, runners },
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

  it("refuses a network that is not in the zoo before it measures any", async () => {
    const none = async () => Promise.reject(new Error("it was asked"));
    await expect(benchExport({ networks: ["mlp512", "lenett"], convert: none })).rejects.toMatchObject({
      code: "E_ARCHITECTURE",
    });
  });
});
