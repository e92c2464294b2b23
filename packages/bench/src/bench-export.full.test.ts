/** @needs tensorflow export */
import { exportBenchSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { expect, it, jest } from "@jest/globals";
import { benchExport } from "./bench-export.js";
import { timedInNode } from "./timed-in-node.js";

jest.setTimeout(timeLimits.training);

it("exports a network by tf2onnx, too, and compares the graphs on node-cpu", async () => {
  const timers = [timedInNode("node-cpu")];
  const bench = await benchExport({ networks: ["lenet"], rounds: 1, exportRounds: 1, timers });
  expect(exportBenchSchema.parse(bench)).toEqual(bench);
  const [network] = bench.networks;
  expect(network?.exports.map(({ via, reason }) => [via, reason])).toEqual([
    ["native", null],
    ["tf2onnx", null],
  ]);
  expect(network?.files.map(({ graph }) => graph)).toEqual(["native", "tf2onnx", "plain"]);
  expect(network?.runtimes).toMatchObject([{ runtime: "node-cpu", status: "measured", reason: null }]);
  expect(network?.runtimes[0]?.ratios.every(({ median }) => median > 0)).toBe(true);
});
