/**
 * Layers models of public npm packages, exported natively: equal to tfjs within 1e-6 of the output's scale. Writes docs/exported-models.md.
 *
 * @needs export tensorflow
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, jest } from "@jest/globals";
import { root } from "../set-up/javascript.mjs";
import { fetchPackage, modelJsonOf } from "./fetch.mjs";
import { measure } from "./measure.mjs";
import { pageOf } from "./page.js";

jest.setTimeout(900_000);

const target = join(root, ".tools", "exported-models");
const packages = JSON.parse(readFileSync(join(root, "scripts", "exported-models", "packages.json"), "utf8"));
const models = packages.flatMap((from) => from.models.map((model) => ({ ...model, from })));
const rows = [];

afterAll(() => {
  // A part of the models, by `-t`, writes no page.
  if (rows.length < models.length) return;
  const machine = `${cpus().length} cores of ${cpus()[0]?.model}`;
  writeFileSync(join(root, "docs", "exported-models.md"), pageOf(rows, machine));
});

it.each(models)("$title is exported, and computes what tfjs computes", async ({ title, path, from }) => {
  const file = modelJsonOf(join(fetchPackage(from, target), path));
  const folder = join(target, "files");
  mkdirSync(folder, { recursive: true });
  const row = await measure({
    title,
    package: `${from.name} ${from.version}`,
    file,
    out: join(folder, `${title.replace(/\W+/g, "-")}.onnx`),
    tf2onnx: true,
  });
  rows.push(row);
  // What the issue demands; a float32 sum of some hundred products is off by as much.
  expect(row.off).toBeLessThanOrEqual(1e-6);
  expect(row.because).toContain("tfjs, node-cpu agree");
});
