import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { describeDataset } from "../conformance.js";
import { writeIdx } from "../formats/idx.js";
import { IDX_FILES } from "../idx-splits.js";
import type { DatasetSource } from "../protocol.js";
import { sources } from "./index.js";

/** Four IDX files of 28x28 pictures: three for training, two for testing. */
function idxSample(): Map<string, Uint8Array> {
  const images = (count: number) =>
    writeIdx({
      data: Uint8Array.from({ length: count * 784 }, (_, i) => i),
      dims: [count, 28, 28],
      dtype: "uint8",
    });
  const labels = (...values: number[]) =>
    writeIdx({ data: Uint8Array.from(values), dims: [values.length], dtype: "uint8" });
  return new Map([
    [IDX_FILES.trainImages, images(3)],
    [IDX_FILES.trainLabels, labels(9, 0, 4)],
    [IDX_FILES.testImages, images(2)],
    [IDX_FILES.testLabels, labels(7, 2)],
  ] as [string, Uint8Array][]);
}

const samples: Record<string, () => Map<string, Uint8Array>> = {
  mnist: idxSample,
  "fashion-mnist": idxSample,
};

describe("the index of data sets", () => {
  it("has every file of this folder, under its name", () => {
    const folder = fileURLToPath(new URL(".", import.meta.url));
    const files = readdirSync(folder)
      .filter((file) => file.endsWith(".ts") && !file.includes(".test.") && file !== "index.ts")
      .map((file) => file.replace(/\.ts$/, ""));
    expect(sources.map(({ name }) => name).sort()).toEqual(files.sort());
  });

  it("has a sample for each", () => {
    expect(Object.keys(samples).sort()).toEqual(sources.map(({ name }) => name).sort());
  });
});

for (const source of sources) {
  describeDataset(source as DatasetSource, { sample: samples[source.name]?.() ?? new Map() });
}
