import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { modelNames } from "./model-names.js";

let models: string;
const put = async (name: string, files: Record<string, unknown>) => {
  await mkdir(join(models, name));
  for (const [file, value] of Object.entries(files))
    await writeFile(join(models, name, file), JSON.stringify(value));
};

beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), "congruent-models-"));
  await put("zebra", { "package.json": { congruent: { start: true } }, "model.onnx": 0 });
  await put("ape", { "package.json": { congruent: { start: false } }, "model.onnx": 0 });
  await put("newt", { "package.json": {} });
  await put("no-package", { "recipe.json": {} });
});
afterAll(() => rm(models, { recursive: true, force: true }));

it("the models that are trained: those asked for, all, those without a model.onnx, else those to start with", async () => {
  expect(await modelNames(models, ["newt", "ape"], { all: true })).toEqual(["newt", "ape"]);
  expect(await modelNames(models, [], { all: true })).toEqual(["ape", "newt", "zebra"]);
  expect(await modelNames(models, [], { missing: true })).toEqual(["newt"]);
  expect(await modelNames(models, [], {})).toEqual(["zebra"]);
});

it("a name that is no package is refused with those that are", async () => {
  const refused = modelNames(models, ["ape", "no-package"], {});
  await expect(refused).rejects.toMatchObject({ code: "E_MODEL_NAME", expected: "one of ape, newt, zebra" });
});
