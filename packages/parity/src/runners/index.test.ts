import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RUNTIME_KERNELS, RUNTIMES } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import { runners } from "./index.js";

describe("the index of runners", () => {
  it("has every file of this folder, under its own name, in the order of a report's columns", () => {
    const files = readdirSync(fileURLToPath(new URL(".", import.meta.url)))
      .filter((file) => file.endsWith(".ts") && !file.includes(".test.") && file !== "index.ts")
      .map((file) => file.slice(0, -3));
    expect(runners.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
    expect(runners.map(({ name }) => name)).toEqual([...RUNTIMES]);
    for (const { name, kernels } of runners) expect([name, kernels]).toEqual([name, RUNTIME_KERNELS[name]]);
  });
});
