import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { fusions } from "../fusions/index.js";
import { movers } from "../layout/movers/index.js";
import { rewrites } from "../rewrites/index.js";
import { passes } from "./index.js";

/** The exports' names of a folder's files. */
function membersOf(folder: string, others: readonly string[]): string[] {
  const path = fileURLToPath(new URL(`../${folder}/`, import.meta.url));
  return readdirSync(path)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !others.includes(name))
    .map((name) => name.replace(/\.ts$/, "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
}

describe("every file of passes/ and rewrites/", () => {
  it.each([
    ["passes", passes, ["index.ts"]],
    ["rewrites", rewrites, ["convolution-evidence.ts", "index.ts", "rewrite.ts", "widening.ts"]],
  ])("%s is listed in its index", (folder, members, others) => {
    expect(membersOf(folder, others).sort()).toEqual(Object.keys(members).sort());
  });

  it("exports what ONNX knows by name", () => {
    for (const name of [...Object.keys(movers), ...Object.values(fusions).map(({ operator }) => operator)]) {
      expect(name).toMatch(/^[A-Z]\w+$/);
    }
  });
});
