import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { callbackSchema } from "@congruent/core/schemas";
import { expect, it } from "@jest/globals";
import * as trainer from "../index.js";
import { callbackOf } from "./index.js";

/** What is no callback by itself. */
const PARTS = new Set([
  "callback",
  "event-file",
  "file-name",
  "index",
  "monitor",
  "refuse-choosing-by-test",
  "weights-file",
]);

it("each callback has a file whose name it bears, and can be had from a recipe or from the package", () => {
  const kebab = (name: string) =>
    name.replace(/([a-z])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3-$2").toLowerCase();
  const inRecipes = callbackSchema.options.map((option) => option.shape.name.value);
  for (const name of inRecipes) expect(callbackOf(callbackSchema.parse({ name })).name).toBe(name);
  const exported = ["csvLogger", "jsonLines", "modelCheckpoint", "tensorBoard"];
  for (const name of exported) expect(trainer).toHaveProperty(name);
  const files = readdirSync(fileURLToPath(new URL("../../src/callbacks", import.meta.url)))
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !PARTS.has(name));
  const expected = [...inRecipes, ...exported]
    .map(kebab)
    .map((name) => name.replace("tensor-board", "tensorboard"));
  expect(files.sort()).toEqual(expected.sort());
});
