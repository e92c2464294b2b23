import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tensor } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { writeNpz } from "../formats/npz.js";
import { IDX_FILES } from "../idx-splits.js";
import { loadDataset } from "../load.js";
import type { LoadEvent } from "../obtain.js";
import { fixture, tinySource } from "../testing.js";
import { writeDataset } from "../writers/write-dataset.js";

const train = "1,0,255,7,10\n0,1,2,3,4\n1,5,6,7,8\n";
const test = "0,9,9,9,9\n1,8,8,8,8\n";

describe("data sets of this machine", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-local-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function filled(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
    await mkdir(join(folder, name), { recursive: true });
    for (const [file, content] of Object.entries(files)) await writeFile(join(folder, name, file), content);
    return join(folder, name);
  }

  it("are CSV files in a folder, packed or not, or two CSV files", async () => {
    const plain = await loadDataset(await filled("My Digits", { "train.csv": train, "test.csv": test }));
    expect(plain).toMatchObject({
      name: "my-digits-csv",
      labels: ["0", "1"],
      ...{ height: 2, width: 2, channels: 1 },
      sha256: { "train.csv": sha256(new TextEncoder().encode(train)) },
    });
    expect([...plain.train.images.data]).toEqual([0, 255, 7, 10, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...plain.test.labels]).toEqual([0, 1]);
    const packed = await filled("packed", {
      "mnist_train.csv.gz": gzipSync(train),
      "mnist_test.csv.gz": gzipSync(test),
    });
    expect((await loadDataset(packed)).train).toEqual(plain.train);
    const pair = `${join(folder, "My Digits", "train.csv")},${join(folder, "My Digits", "test.csv")}`;
    expect(await loadDataset(pair)).toMatchObject({
      name: "my-digits-csv",
      train: plain.train,
      test: plain.test,
    });
  });

  it("are Keras' npz files, as NumPy writes them", async () => {
    const images = { data: Uint8Array.of(0, 255, 7, 10), dims: [1, 2, 2], dtype: "uint8" } as const;
    const label = (dtype: "int64" | "uint8") =>
      dtype === "int64"
        ? ({ data: BigInt64Array.of(1n), dims: [1, 1], dtype } as const)
        : ({ data: Uint8Array.of(0), dims: [1], dtype } as const);
    const arrays = { x_train: images, y_train: label("int64"), x_test: images, y_test: label("uint8") };
    const path = join(await filled("keras", { "mnist.npz": writeNpz(arrays) }), "mnist.npz");
    const found = await loadDataset(path);
    expect(found).toMatchObject({ name: "mnist-npz", labels: ["0", "1"], height: 2, channels: 1 });
    expect(found.train).toEqual({ images: { ...images, dims: [1, 2, 2, 1] }, labels: Uint8Array.of(1) });
  });

  it("are MNIST's four files", async () => {
    const source = tinySource();
    const files = Object.fromEntries(
      [...source.contents].map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]),
    );
    const found = await loadDataset(await filled("idx", files));
    expect({ train: found.train, test: found.test }).toEqual(source.parse(source.contents));
    expect(Object.keys(found.sha256)).toContain(`${IDX_FILES.trainImages}.gz`);
  });

  it("are what dataset.json says", async () => {
    const description = {
      schema: "congruent/dataset@1",
      name: "gates",
      title: "Gates",
      labels: ["off", "on"],
      ...{ height: 1, width: 4, license: "CC0-1.0" },
      files: {
        format: "csv",
        train: "a.csv",
        test: "b.csv",
        header: "yes",
        labelColumn: "state",
        missing: 0,
      },
    };
    const header = "p,q,state,r,s\n";
    const path = await filled("described", {
      "dataset.json": JSON.stringify(description),
      "a.csv": `${header}1,2,on,3,\n`,
      "b.csv": `${header}1,2,off,3,4\n`,
    });
    const found = await loadDataset(path);
    expect(found).toMatchObject({ name: "gates", title: "Gates", height: 1, width: 4, license: "CC0-1.0" });
    expect([...found.train.images.data]).toEqual([1, 2, 3, 0]);
    expect([...found.train.labels]).toEqual([1]);
    expect(await loadDataset(join(path, "dataset.json"))).toEqual(found);
  });

  it("say that an image was lost to a header", async () => {
    const events: LoadEvent[] = [];
    const described = {
      schema: "congruent/dataset@1",
      name: "lost",
      files: { format: "csv", train: "train.csv", test: "test.csv", header: "yes" },
    };
    const path = await filled("lost", {
      "train.csv": train,
      "test.csv": test,
      "dataset.json": JSON.stringify(described),
    });
    const found = await loadDataset(path, { progress: (event) => events.push(event) });
    expect([found.train.labels.length, found.test.labels.length]).toEqual([2, 1]);
    expect(events).toEqual([
      { kind: "notice", message: expect.stringMatching(/first row of train\.csv .* that image is lost/) },
      { kind: "notice", message: expect.stringMatching(/test\.csv/) },
    ]);
  });

  it("are refused with what is wrong", async () => {
    const good = {
      schema: "congruent/dataset@1",
      name: "good",
      files: { format: "csv", train: "train.csv", test: "test.csv" },
    };
    const files = { "train.csv": train, "test.csv": test };
    const describedAs = (name: string, description: unknown) =>
      filled(name, { ...files, "dataset.json": JSON.stringify(description) });
    const cases: [string, string, RegExp][] = [
      [await filled("none", { "notes.txt": "" }), "E_DATASET_PATH", /holds no data set/],
      [join(folder, "nowhere"), "E_DATASET_PATH", /there is no/],
      [join(folder, "My Digits", "train.csv"), "E_DATASET_PATH", /alone is no data set/],
      [await describedAs("taken", { ...good, name: "mnist" }), "E_DATASET_NAME", /called mnist/],
      [
        await describedAs("other", { ...good, sha256: { "test.csv": "0".repeat(64) } }),
        "E_SHA256",
        /another content/,
      ],
      [
        await describedAs("absent", { ...good, sha256: { "x.csv": "0".repeat(64) } }),
        "E_SHA256",
        /none of its files/,
      ],
      [await describedAs("typo", { ...good, lables: [] }), "E_SCHEMA", /did you mean "labels"/],
      [await describedAs("large", { ...good, labels: ["only"] }), "E_CSV_LABEL", /row 1/],
      [await describedAs("shape", { ...good, height: 3, width: 2 }), "E_CSV_SHAPE", /4 columns of pixels/],
      [await filled("sizes", { ...files, "test.csv": "0,1\n" }), "E_DATASET_SHAPE", /\[1, 1, 1\]/],
      [
        join(await filled("half", { "half.npz": fixture("plain.npz") }), "half.npz"),
        "E_NPZ_DATASET",
        /no array x_test/,
      ],
    ];
    for (const [path, code, what] of cases) {
      await expect(loadDataset(path)).rejects.toMatchObject({
        code,
        exit: 2,
        what: expect.stringMatching(what),
      });
    }
    await expect(loadDataset("mnits")).rejects.toMatchObject({ code: "E_DATASET_UNKNOWN" });
  });

  it.each(["csv", "npz", "idx"] as const)("are written as %s and read again as they were", async (format) => {
    const { train, test } = tinySource().parse(tinySource().contents);
    const { name, title, labels, height, width, channels, foreground, license } = tinySource();
    const tiny = {
      name,
      title,
      labels,
      height,
      width,
      channels,
      foreground,
      license,
      sha256: {},
      train,
      test,
    };
    for (const header of format === "csv" ? [false, true] : [false]) {
      const directory = join(folder, `${format}-${header}`);
      const written = await writeDataset(tiny, { format, directory, header });
      const { sha256: hashes, ...found } = await loadDataset(directory);
      expect({ ...found, sha256: {} }).toEqual({ ...tiny, name: `tiny-${format}` });
      expect(hashes).toEqual(written.description.sha256);
      expect((await readdir(directory)).sort()).toEqual(
        [...written.files.map(({ file }) => file), "dataset.json"].sort(),
      );
    }
  });

  it("with many classes and channels are written as CSV and npz, and refused as IDX", async () => {
    const images = tensor(
      "uint8",
      Uint8Array.from({ length: 12 }, (_, i) => i),
      [2, 1, 2, 3],
    );
    const split = { images, labels: Int32Array.of(299, 12_345 % 300) };
    const facts = { name: "many", title: "Many", foreground: "any", license: "CC0-1.0" } as const;
    const labels = Array.from({ length: 300 }, (_, i) => `class ${i}`);
    const many = {
      ...facts,
      labels,
      height: 1,
      width: 2,
      channels: 3,
      sha256: {},
      train: split,
      test: split,
    };
    for (const format of ["csv", "npz"] as const) {
      const directory = join(folder, `many-${format}`);
      await writeDataset(many, { format, directory });
      expect((await loadDataset(directory)).train).toEqual(split);
    }
    const directory = join(folder, "many-idx");
    await expect(writeDataset(many, { format: "idx", directory })).rejects.toMatchObject({
      code: "E_WRITE_FORMAT",
    });
    expect(await readdir(folder)).not.toContain("many-idx");
  });

  it("leave no half-written file where the content breaks off", async () => {
    const source = tinySource();
    const { train, test } = source.parse(source.contents);
    const broken = { ...test, images: { ...test.images, data: null as unknown as Uint8Array } };
    const directory = join(folder, "broken");
    const dataset = { ...source, sha256: {}, train, test: broken };
    await expect(writeDataset(dataset, { format: "csv", directory })).rejects.toThrow();
    expect(await readdir(directory)).toEqual(["train.csv"]);
    expect(await readFile(join(directory, "train.csv"), "utf8")).toMatch(/^0,1,38,/);
  });
});
