import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { optimizerSchema } from "@congruent/core/schemas";
import { expect, it } from "@jest/globals";
import { rules } from "./index.js";

/** What is no update rule. */
const OTHERS = new Set(["clip", "index", "optimizer", "optimizer-of"]);

it("each optimizer that a recipe can name has a file, and each file is in the index", () => {
  const files = readdirSync(fileURLToPath(new URL("../../src/optimizers", import.meta.url)))
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !OTHERS.has(name));
  const names = optimizerSchema.options.map((option) => option.shape.name.value);
  expect(files.sort()).toEqual(Object.keys(rules).sort());
  expect(names.sort()).toEqual(Object.keys(rules).sort());
});
