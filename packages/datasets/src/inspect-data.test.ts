import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataInspectionSchema } from "@congruent/core/schemas";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { writeNpz } from "./formats/npz.js";
import { inspectFile, inspectLoaded, isInspectable } from "./inspect-data.js";
import { tinySource } from "./testing.js";

describe("inspectFile", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-inspect-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const inspect = async (name: string, content: string | Uint8Array, head = 2) => {
    await writeFile(join(folder, name), content);
    const found = await inspectFile(join(folder, name), { head });
    expect(dataInspectionSchema.parse(found)).toEqual(found);
    return found;
  };

  it("counts what a CSV file has and what it lacks", async () => {
    expect(await inspect("a.csv", "label,a,b,c,d\n2,0,,7,10\n,1,2,3,4\n0,0,0,0,1\n")).toMatchObject({
      kind: "images",
      notes: ["the first row was read as a header: label, a, b …"],
      labels: ["0", "1", "2"],
      images: {
        shape: [3, 2, 2, 1],
        missing: {
          total: 2,
          columns: [
            { column: "label", count: 1 },
            { column: "b", count: 1 },
          ],
        },
        counts: [1, 0, 1],
        pixels: { min: 0, max: 10, mean: 28 / 12 },
        head: [
          { label: 2, pixels: [0, 0, 7, 10] },
          { label: null, pixels: [1, 2, 3, 4] },
        ],
      },
    });
  });

  it("tells the arrays of npz, npy and IDX files", async () => {
    const x = { data: Float32Array.of(0.5, Number.NaN, -1, 2), dims: [2, 2], dtype: "float32" } as const;
    const y = { data: BigInt64Array.of(3n, 3n, 1n), dims: [3], dtype: "int64" } as const;
    const found = await inspect("b.npz", writeNpz({ x, y }));
    expect(found).toMatchObject({
      kind: "arrays",
      arrays: [
        {
          name: "x",
          shape: [2, 2],
          dtype: "float32",
          missing: { total: 1, columns: [{ column: 2, count: 1 }], first: [{ row: 1, column: 2 }] },
          range: { min: -1, max: 2, mean: 0.5 },
          counts: null,
          head: [
            [0.5, null],
            [-1, 2],
          ],
        },
        { name: "y", dtype: "int64", counts: [0, 1, 0, 2], head: [[3], [3]] },
      ],
    });
    const [[imagesName, images] = [] as never, [labelsName, labels] = [] as never] = tinySource().contents;
    expect(await inspect(imagesName, images)).toMatchObject({
      arrays: [{ shape: [6, 3, 2], dtype: "uint8" }],
    });
    expect(await inspect(labelsName, labels)).toMatchObject({ arrays: [{ counts: [2, 2, 2] }] });
    expect([imagesName, "a.csv.gz", "a.npz", "folder", "a.json"].map(isInspectable)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("tells a data set's two splits", () => {
    const source = tinySource();
    const { name, title, labels, height, width, channels, foreground, license } = source;
    const facts = { name, title, labels, height, width, channels, foreground, license, sha256: {} };
    const found = inspectLoaded({ ...facts, ...source.parse(source.contents) }, { head: 1 });
    expect(dataInspectionSchema.parse(found)).toEqual(found);
    expect(found).toMatchObject({
      kind: "dataset",
      train: { shape: [6, 3, 2, 1], counts: [2, 2, 2], missing: { total: 0 }, head: [{ label: 0 }] },
      test: { counts: [1, 1, 2] },
    });
  });
});
