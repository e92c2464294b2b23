import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";

const MAIN = join(import.meta.dirname, "main.ts");

/** Packages that a file, and the files it imports, load before anything is asked for. */
function loadedBy(file: string, seen = new Set<string>(), packages = new Set<string>()): Set<string> {
  if (seen.has(file)) return packages;
  seen.add(file);
  const statements = /^(?:import|export)\b(?! type\b)(?:[^;"]*?\bfrom)? "([^"]+)";/gm;
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(statements)) {
    if (name.startsWith(".")) loadedBy(join(dirname(file), name.replace(/\.js$/, ".ts")), seen, packages);
    else if (!name.startsWith("node:")) packages.add(name);
  }
  return packages;
}

describe("what every command waits for", () => {
  it("is the shared data types and small libraries: each verb loads its own work when it runs", () => {
    expect([...loadedBy(MAIN)].sort()).toEqual([
      "@congruent/core",
      "@congruent/core/files",
      "@congruent/core/schemas",
      "cli-progress",
      "commander",
      "picocolors",
      "sirv",
      "string-width",
      "zod",
    ]);
  });
});
