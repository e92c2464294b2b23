import { rows } from "@congruent/core";
import { csvBenchSchema } from "@congruent/core/schemas";
import { loadDataset } from "@congruent/datasets";
import { provisionEnvironment } from "@congruent/toolchain";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { benchCsv } from "./bench-csv.js";

describe("benchCsv", () => {
  beforeAll(async () => {
    await provisionEnvironment("bench", () => undefined);
  }, 1_200_000);

  it("has this reader and pandas read the same numbers, taking turns", async () => {
    const mnist = await loadDataset("mnist");
    const { images, labels } = mnist.train;
    const train = { images: rows(images, 0, 500), labels: labels.subarray(0, 500) };
    const bench = await benchCsv({ dataset: { ...mnist, train }, rounds: 2 });
    expect(csvBenchSchema.parse(bench)).toEqual(bench);
    expect(bench).toMatchObject({ file: { rows: 500, columns: 785 }, arrayBytes: 500 * 785 });
    expect(bench.contenders.map(({ name, runs, reason }) => [name, runs.length, reason])).toEqual([
      ["congruent", 2, null],
      ["pandas", 2, null],
      ["pandas-uint8", 2, null],
    ]);
    expect(bench.toBetterPeer).toBeGreaterThan(0);
  }, 300_000);

  it("says why a reader failed, and continues with the others", async () => {
    const mnist = await loadDataset("mnist");
    const { images, labels } = mnist.train;
    const train = { images: rows(images, 0, 5), labels: labels.subarray(0, 5) };
    const { contenders, toBetterPeer } = await benchCsv({
      dataset: { ...mnist, train },
      rounds: 1,
      timeoutMs: 1,
    });
    for (const { runs, reason, megabytesPerSecond } of contenders) {
      expect({ runs, megabytesPerSecond }).toEqual({ runs: [], megabytesPerSecond: null });
      expect(reason).toMatch(/ended early/);
    }
    expect(toBetterPeer).toBeNull();
  }, 300_000);
});
