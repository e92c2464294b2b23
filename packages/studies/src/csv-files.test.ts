import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { csvFiles } from "./csv-files.js";
import { madeUpDataset } from "./testing/made-up-context.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-csv-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const subset = { labelCounts: Array<number>(10).fill(3), seed: 42, dropFirst: true };

describe("csvFiles", () => {
  it("writes files without a header and loses the first image of each by reading them with one", async () => {
    const { train, test } = await csvFiles(madeUpDataset, subset, folder);
    expect(
      [train, test].map(({ rows, columns, missing, lostAnImage }) => [rows, columns, missing, lostAnImage]),
    ).toEqual([
      [31, 785, 0, true],
      [200, 785, 0, true],
    ]);
    expect([train.split.labels.length, test.split.labels.length]).toEqual([30, 199]);
    // The made-up test images carry the labels 0, 1, 2 … in turn.
    expect([...test.split.labels].slice(0, 3)).toEqual([1, 2, 3]);
    const [written = ""] = await readdir(folder);
    const text = await readFile(join(folder, written, "train.csv"), "utf8");
    const rows = text
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect([rows.length, rows[0]?.length]).toEqual([31, 785]);
    expect(rows.slice(1).map(([label]) => Number(label))).toEqual([...train.split.labels]);
  });

  it("writes them once, and others for another subset", async () => {
    const [first = ""] = await readdir(folder);
    const before = await stat(join(folder, first, "test.csv"));
    await csvFiles(madeUpDataset, subset, folder);
    expect((await stat(join(folder, first, "test.csv"))).mtimeMs).toBe(before.mtimeMs);
    await csvFiles(madeUpDataset, { ...subset, seed: 1 }, folder);
    expect(await readdir(folder)).toHaveLength(2);
  });
});
