import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson } from "@congruent/core/files";
import { recipeSchema } from "@congruent/core/schemas";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { inspectLoaded } from "./inspect-data.js";
import { loadDataset } from "./load.js";
import { partition } from "./partition.js";
import { type Subset, subsetOf } from "./subset.js";
import { codeOf, tinySource } from "./testing.js";
import { writeDataset } from "./writers/write-dataset.js";

describe("study E's data as CSV files", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "congruent-study-e-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it("read with the study's header are the images that the recipe's subset names, in their order", async () => {
    const path = fileURLToPath(new URL("../../../models/cnn-small/recipe.json", import.meta.url));
    const { subset } = await readJson(path, recipeSchema);
    const mnist = await loadDataset("mnist");
    const written = subsetOf(mnist, subset as Subset);
    expect(written.train.labels.length).toBe(20_000);
    await writeDataset(written, { format: "csv", directory, loseFirst: true });
    const read = await loadDataset(directory);
    const { train, test } = partition(mnist, { subset, validationSplit: 0 });
    // Jest's toEqual takes seconds over so many values.
    expect(Buffer.compare(read.train.images.data, train.images.data)).toBe(0);
    expect(Buffer.compare(read.test.images.data, test.images.data)).toBe(0);
    expect(Buffer.compare(read.train.labels as Uint8Array, train.labels as Uint8Array)).toBe(0);
    expect(Buffer.compare(read.test.labels as Uint8Array, test.labels as Uint8Array)).toBe(0);
    const { train: counted, test: tested } = inspectLoaded(read, { head: 0 });
    expect(counted.counts).toEqual([1962, 2243, 1989, 2021, 1924, 1761, 2038, 2126, 1912, 2023]);
    expect(tested.shape).toEqual([9999, 28, 28, 1]);
  }, 120_000);

  it("need one image more than the subset has", async () => {
    const source = tinySource();
    const dataset = { ...source, sha256: {}, ...source.parse(source.contents) };
    const all = { labelCounts: [2, 2, 2], seed: 1 };
    expect(subsetOf(dataset, { ...all, dropFirst: false }).train.labels.length).toBe(6);
    expect(await codeOf(() => subsetOf(dataset, { ...all, dropFirst: true }))).toBe("E_SUBSET");
  });
});
