import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { operatorList } from "../operator-list.js";
import { families, operators } from "./index.js";
import { mlFamilies } from "./ml/index.js";

const camelCase = (file: string) => file.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function filesOf(folder: string): string[] {
  return readdirSync(join(__dirname, folder))
    .filter((file) => file.endsWith(".ts") && !file.includes(".test.") && file !== "index.ts")
    .map((file) => camelCase(file.slice(0, -".ts".length)));
}

describe("the index of operators", () => {
  it.each([
    [".", families],
    ["ml", mlFamilies],
  ])("has every file of %s under its own name", (folder, index) => {
    expect(Object.keys(index).toSorted()).toEqual(filesOf(folder).toSorted());
  });

  it("has each operator once", () => {
    for (const index of [families, mlFamilies]) {
      const names = Object.values(index).flatMap((family) => Object.keys(family));
      expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    }
  });

  it("is listed in the README as it is: write it again with npm run source scripts/reference-readme.mjs", () => {
    const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
    expect(readme).toContain(`<!-- operators -->\n\n${operatorList()}\n\n<!-- /operators -->`);
    expect(Object.keys(operators)).toEqual(["", "ai.onnx.ml", "com.microsoft", "congruent"]);
  });
});
