import { describe, expect, it } from "@jest/globals";
import { datasetSource, datasets, registerDataset } from "./registry.js";
import { codeOf, tinySource } from "./testing.js";

describe("the registry of data sets", () => {
  it("knows its own and those registered", () => {
    expect(Object.keys(datasets)).toEqual(["mnist", "fashion-mnist"]);
    const tiny = tinySource();
    registerDataset(tiny);
    expect(datasetSource("tiny")).toBe(tiny);
    expect(datasets.tiny).toBe(tiny);
  });

  it("refuses names that are taken, odd or unknown", async () => {
    expect(await codeOf(() => registerDataset(tinySource({ name: "mnist" })))).toBe("E_DATASET_NAME");
    expect(await codeOf(() => registerDataset(tinySource({ name: "../mnist" })))).toBe("E_DATASET_NAME");
    expect(await codeOf(() => datasetSource("mnits"))).toBe("E_DATASET_UNKNOWN");
    expect(() => datasetSource("mnits")).toThrow("one of mnist, fashion-mnist");
    expect(() => datasetSource("mnits")).toThrow('did you mean "mnist"?');
  });
});
