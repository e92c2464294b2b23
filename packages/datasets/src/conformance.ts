/** The suite that every data set passes: for use inside Jest, by this package's tests and by those of your own data sets. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { inspectLoaded } from "./inspect-data.js";
import { loadDataset } from "./load.js";
import type { Place } from "./places/place.js";
import type { DatasetSource } from "./protocol.js";

export interface ConformanceOptions {
  /** Small files of the source's own formats, unpacked, by name: what `parse` is tried with. */
  sample: ReadonlyMap<string, Uint8Array>;
}

/** Declares the tests of a data set's source. */
export function describeDataset(source: DatasetSource, { sample }: ConformanceOptions): void {
  describe(`data set ${source.name}`, () => {
    let cacheDir: string;
    beforeAll(async () => {
      cacheDir = await mkdtemp(join(tmpdir(), "congruent-dataset-"));
    });
    afterAll(() => rm(cacheDir, { recursive: true, force: true }));

    const small: DatasetSource = {
      ...source,
      files: source.files.map(({ name }) => {
        const bytes = sample.get(name) ?? new Uint8Array(0);
        return { name, bytes: bytes.length, sha256: sha256(bytes) };
      }),
    };
    const shelf = (contents: ReadonlyMap<string, Uint8Array>): Place => ({
      name: "the sample",
      network: false,
      read: async (file) => contents.get(file.name) ?? new Uint8Array(0),
    });

    it("states its facts", () => {
      expect(source.name).toMatch(/^[a-z0-9][a-z0-9-]*$/);
      expect(source.title).not.toBe("");
      expect(source.license).not.toBe("");
      expect(source.labels.length).toBeGreaterThan(1);
      expect(new Set(source.labels).size).toBe(source.labels.length);
      for (const size of [source.height, source.width, source.channels]) {
        expect(Number.isSafeInteger(size) && size > 0).toBe(true);
      }
    });

    it("pins each file by SHA-256 and size, under a name that stays inside the cache", () => {
      expect(source.files.length).toBeGreaterThan(0);
      for (const file of source.files) {
        expect(file.name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
        expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(file.bytes).toBeGreaterThan(0);
      }
      expect(new Set(source.files.map(({ name }) => name)).size).toBe(source.files.length);
      expect([...sample.keys()].sort()).toEqual(source.files.map(({ name }) => name).sort());
    });

    it("can be had from somewhere; servers are asked over https", () => {
      expect(source.places.length).toBeGreaterThan(0);
      for (const place of source.places.filter(({ network }) => network)) {
        expect(place.name).toMatch(/^https:\/\/.+\/$/);
      }
    });

    it("reads its files into arrays that fit together", async () => {
      const dataset = await loadDataset(small, { cacheDir, places: [shelf(sample)] });
      const { train, test } = inspectLoaded(dataset, { head: 0 });
      for (const { shape, counts } of [train, test]) {
        expect(shape.slice(1)).toEqual([source.height, source.width, source.channels]);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(shape[0]);
      }
      expect(Object.keys(dataset.sha256).sort()).toEqual(source.files.map(({ name }) => name).sort());
    });

    it("gives the same arrays from the cache, offline", async () => {
      const before = await loadDataset(small, { cacheDir, places: [shelf(sample)] });
      expect(await loadDataset(small, { cacheDir, places: [], offline: true })).toEqual(before);
    });

    it("refuses files that are cut off, with a coded error", async () => {
      for (const { name } of source.files) {
        const bytes = sample.get(name)!;
        const cut = new Map(sample).set(name, bytes.subarray(0, bytes.length - 1));
        expect(() => source.parse(cut)).toThrow(CongruentError);
        expect(() => source.parse(new Map(sample).set(name, new Uint8Array(0)))).toThrow(CongruentError);
      }
    });

    it("believes no file with another checksum, wherever it lies", async () => {
      const other = new Map([...sample].map(([name, bytes]) => [name, Uint8Array.from([...bytes, 0])]));
      const empty = join(cacheDir, "other");
      await mkdir(join(empty, source.name), { recursive: true });
      for (const [name, bytes] of other) await writeFile(join(empty, source.name, name), bytes);
      await expect(loadDataset(small, { cacheDir: empty, places: [shelf(other)] })).rejects.toMatchObject({
        code: "E_DATASET_UNAVAILABLE",
        exit: 3,
      });
    });
  });
}
