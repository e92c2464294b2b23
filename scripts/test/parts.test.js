import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, jest } from "@jest/globals";
import { timeLimits } from "../../packages/core/src/testing.ts";
import { parts } from "./parts.mjs";

jest.setTimeout(timeLimits.programs);

const root = join(__dirname, "..", "..");

/** Jest's own list, with and without the tests that take minutes. */
function listed(full) {
  const jest = join(root, "node_modules", "jest", "bin", "jest.js");
  const output = execFileSync(process.execPath, [jest, "--listTests"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, CONGRUENT_FULL: full ? "1" : "" },
  });
  return output
    .split("\n")
    .filter(Boolean)
    .map((path) => path.slice(root.length + 1).replaceAll("\\", "/"));
}

it("each test that npm test leaves out is in exactly one part of test:full", () => {
  const quick = new Set(listed(false));
  const left = listed(true).filter((path) => !quick.has(path));
  expect(left.length).toBeGreaterThan(0);
  const inParts = Object.values(parts).flatMap(({ files }) => files);
  expect(inParts.toSorted()).toEqual(left.toSorted());
});

it("CONTRIBUTING.md lists every part", () => {
  const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([\w-]+)` +\| (.*?) +\|/gm)].map(([, name, what]) => [name, what]);
  for (const [name, { what }] of Object.entries(parts)) expect(rows).toContainEqual([name, what]);
});
