import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { root } from "../set-up/javascript.mjs";

const folders = ["packages", "apps"].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
);
const entries = folders.flatMap((folder) => {
  const { exports = {} } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  return Object.entries(exports).flatMap(([path, target]) =>
    path === "./package.json" ? [] : [[`${folder} ${path}`, join(root, folder), target]],
  );
});

it("there are entries to look at", () => {
  expect(entries.length).toBeGreaterThan(30);
});

it.each(entries)("%s runs from source where that is asked for", (_, folder, target) => {
  // First, because Node takes the first condition that holds.
  const [[first, source]] = Object.entries(target);
  expect(first).toBe("@congruent/source");
  const files = typeof source === "string" ? [source] : Object.values(source);
  for (const file of files) expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
});
