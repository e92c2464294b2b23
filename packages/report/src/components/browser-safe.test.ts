import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";

/** Names of all packages that a file imports once it is compiled, directly or through its neighbors. */
function imported(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const names = new Set<string>();
  const statements = /^(?:import|export)\b(?! type\b)[^"'`;(]*?(?:\bfrom )?"([^"\s]+)";$/gm;
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(statements)) {
    const path = name === "#charts" ? CHARTS : name.startsWith(".") ? join(dirname(file), name) : null;
    if (path === null) names.add(name);
    else for (const each of imported(sourceOf(path), seen)) names.add(each);
  }
  // The compiler adds it for the elements.
  if (file.endsWith(".tsx")) names.add("preact/jsx-runtime");
  return names;
}

/** What "#charts" is in a browser, as package.json says. */
const CHARTS = fileURLToPath(new URL("../figures/charts.web.js", import.meta.url));

function sourceOf(compiled: string): string {
  const path = compiled.replace(/\.js$/, ".ts");
  return existsSync(path) ? path : `${path}x`;
}

const entry = (name: string) => fileURLToPath(new URL(`../${name}/index.ts`, import.meta.url));

describe("what web pages import", () => {
  it("needs nothing but core and preact for the components", () => {
    expect([...imported(entry("components"))]).toEqual([
      "@congruent/core",
      "@congruent/core/schemas",
      "preact/jsx-runtime",
    ]);
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
