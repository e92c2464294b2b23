import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";

/** Names of all packages that a compiled file imports, directly or through its neighbors. */
function imported(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const names = new Set<string>();
  const statements = /^(?:import|export)\b[^"'`;]*?(?:\bfrom )?"([^"\s]+)";$/gm;
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(statements)) {
    if (!name.startsWith(".")) names.add(name);
    else for (const each of imported(join(dirname(file), name), seen)) names.add(each);
  }
  return names;
}
const entry = (name: string) => fileURLToPath(new URL(`../${name}/index.js`, import.meta.url));

describe("what web pages import", () => {
  it("needs nothing but core and preact for the components", () => {
    expect([...imported(entry("components"))]).toEqual(["@congruent/core", "preact/jsx-runtime"]);
  });

  it("needs nothing but echarts for the figures", () => {
    expect([...imported(entry("figures"))].sort()).toEqual([
      "echarts/charts",
      "echarts/components",
      "echarts/core",
      "echarts/renderers",
    ]);
  });
});
