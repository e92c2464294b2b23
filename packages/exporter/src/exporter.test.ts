/** @needs export tensorflow */

import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rows, type Tensor } from "@congruent/core";
import { readJson, sha256 } from "@congruent/core/files";
import { anyRecipeSchema, recipeSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadDataset, type Split } from "@congruent/datasets";
import { predictLayersModel } from "@congruent/layers";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo, readCard } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { portable, REWRITES_KEY } from "@congruent/passes";
import { runPaths } from "@congruent/run";
import { load } from "@congruent/runtime";
import { runPython } from "@congruent/toolchain";
import { train } from "@congruent/trainer";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import {
  checkOnnx,
  type ExportedModel,
  exportRun,
  modelPackage,
  modelTasks,
  promote,
  tf2onnx,
} from "./index.js";

const recipe = recipeSchema.parse({
  schema: "congruent/recipe@1",
  name: "small",
  description: "LeNet on 300 images",
  dataset: "mnist",
  architecture: "lenet",
  optimizer: { name: "adam" },
  epochs: 1,
});

let folder: string;
let run: string;
let test: Split;
let exported: ExportedModel;
let byTf2onnx: ExportedModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-export-"));
  run = join(folder, "run");
  const mnist = await loadDataset("mnist");
  test = mnist.test;
  const examples = { images: rows(mnist.train.images, 0, 300), labels: mnist.train.labels.subarray(0, 300) };
  await train({ recipe, dataset: { ...mnist, train: examples }, out: run });
  exported = await exportRun({ run });
  byTf2onnx = await exportRun({ run, out: join(folder, "tf2onnx.onnx"), via: "tf2onnx" });
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("exportRun", () => {
  it.each(["native", "tf2onnx"])(
    "computes what the tfjs source computes, at any batch size (%s)",
    async (via) => {
      const images = rows(test.images, 0, 101);
      const pixels = { data: Float32Array.from(images.data), dims: images.dims, dtype: "float32" as const };
      const { outputs } = await predictLayersModel({
        directory: runPaths(run).layers,
        inputs: { pixels },
        batching: { mode: "once" },
      });
      const model = await load(via === "native" ? exported.path : byTf2onnx.path);
      for (const batchSize of [1, 10, 101]) {
        const observed = await model.run({ pixels }, { batchSize });
        expect(observed.label?.data).toEqual(outputs.label?.data);
        for (const name of ["probabilities", "logits"]) {
          // Sums of 400 float32 products in another order: 1e-6 of the largest logit, which is below 10 here.
          expect(largestDifference(observed[name], outputs[name])).toBeLessThan(1e-5);
        }
      }
      await model.close();
    },
  );

  it("has the shared interface and its card inside, as Python's onnx reads them, whose checker and shape inference it passes", async () => {
    for (const { path, card: own, nodes } of [exported, byTf2onnx]) {
      const { stdout } = await runPython({
        environment: "export",
        args: ["-c", INTERFACE, path],
        timeoutMs: 60_000,
      });
      const { inputs, outputs, card } = JSON.parse(stdout);
      expect(inputs).toEqual([["pixels", 1, ["batch", 28, 28, 1]]]);
      expect(outputs).toEqual([
        ["label", 7, ["batch"]],
        ["logits", 1, ["batch", 10]],
        ["probabilities", 1, ["batch", 10]],
      ]);
      expect(card).toEqual(own);
      expect(card).toMatchObject({ profile: "image-classifier", recipe, labels: "0123456789".split("") });
      expect(await checkOnnx(path)).toMatchObject({ nodes, withoutShape: [] });
    }
    expect(exported.card.versions).toHaveProperty("congruent");
    expect(byTf2onnx.card.versions).toHaveProperty("tf2onnx");
  });

  it("is rewritten where a runtime would compute it wrongly, says so in the file, and not where it is told to leave it", async () => {
    for (const { rewrites, path } of [exported, byTf2onnx]) {
      expect(rewrites).toMatchObject([
        { rewrite: "webgpuConvChannels", nodes: [expect.stringContaining("conv2")] },
      ]);
      const { metadataProps } = (await readModel(path)).model;
      expect(JSON.parse(metadataProps.find(({ key }) => key === REWRITES_KEY)?.value ?? "[]")).toEqual(
        rewrites,
      );
    }
    expect(exported.card.rewrites).toEqual(exported.rewrites);
    expect(exported.rewrites[0]?.layers).toEqual(["conv2"]);
    const plain = await exportRun({ run, out: join(folder, "plain.onnx"), portable: false });
    expect(plain.rewrites).toEqual([]);
    expect(plain.nodes).toBe(exported.nodes);
    expect(plain.card.rewrites).toEqual([]);
    const made = portable((await readModel(plain.path)).model);
    expect(made.rewrites).toEqual(exported.rewrites);
    expect(readCard(made.model)?.rewrites).toEqual(exported.rewrites);
  });

  it("made both ways is one model: the second file is judged by the bounds of the first, and the first is written", async () => {
    const both = await exportRun({ run, out: join(folder, "both.onnx"), via: "both" });
    expect(both.sha256).toBe(exported.sha256);
    expect(both.verification?.because).toMatch(/tf2onnx on reference.*tf2onnx on node-cpu|recorded/);
  });

  it("gives the same bytes again, needs no Python, and leaves nothing else behind", async () => {
    const again = await exportRun({ run, out: join(folder, "again.onnx") });
    expect(again.sha256).toBe(exported.sha256);
    expect(sha256(await readFile(again.path))).toBe(exported.sha256);
    expect((await readdir(folder)).filter((name) => name.startsWith(".") || name.includes("parity"))).toEqual(
      [],
    );
    expect((await readdir(run)).filter((name) => name.startsWith("."))).toEqual([]);
    // What tf2onnx printed is kept.
    expect(await readFile(join(run, "tf2onnx.log"), "utf8")).toContain("Successfully converted");
  });

  it("an exporter that is not for networks is refused", async () => {
    await expect(exportRun({ run, via: "skl2onnx" })).rejects.toMatchObject({ code: "E_EXPORTER", exit: 2 });
  });
});

const models = fileURLToPath(new URL("../../../models", import.meta.url));
const tracked = readdirSync(models).filter((name) => existsSync(join(models, name, "package.json")));

it.each(tracked)("models/%s has a recipe of that name and the tasks of a promoted model", async (name) => {
  const text = await readFile(join(models, name, "package.json"), "utf8");
  // Which models `npm start` trains and what they are called is this project's choice, not a new model's.
  const { description: _, congruent: __, ...manifest } = JSON.parse(text);
  const [least] = /(?<=--at-least )[\d.]+/.exec(manifest.scripts.evaluate) ?? [];
  const own = await readJson(join(models, name, "recipe.json"), anyRecipeSchema);
  expect(modelPackage(own, Number(least))).toMatchObject(manifest);
  const turbo = join(models, name, "turbo.json");
  expect(modelTasks(own)).toEqual(existsSync(turbo) ? JSON.parse(await readFile(turbo, "utf8")) : null);
  const { name: named, seed, seeds = [seed] } = own;
  expect([named, seeds[0]]).toEqual([name, seed]);
});

describe("what goes wrong", () => {
  it("a target that cannot be written is refused before the conversion", async () => {
    await expect(exportRun({ run, out: folder })).rejects.toMatchObject({ code: "E_WRITE" });
    await writeFile(join(folder, "file"), "");
    const below = join(folder, "file", "x.onnx");
    await expect(exportRun({ run, out: below })).rejects.toMatchObject({ code: "E_WRITE" });
  });

  it("a folder that is no SavedModel", async () => {
    const options = { savedModel: folder, out: join(folder, "x.onnx"), logFile: join(folder, "x.log") };
    await expect(tf2onnx(options)).rejects.toMatchObject({ code: "E_SAVED_MODEL", exit: 2 });
  });

  it("a SavedModel that tf2onnx cannot read: a coded error with the log's path, and no file", async () => {
    const savedModel = join(folder, "broken");
    await mkdir(savedModel);
    await writeFile(join(savedModel, "saved_model.pb"), "no protobuf");
    const options = { savedModel, out: join(folder, "y.onnx"), logFile: join(folder, "y.log") };
    await expect(tf2onnx(options)).rejects.toMatchObject({
      code: "E_TF2ONNX",
      fix: expect.stringContaining("y.log"),
    });
    expect((await readFile(options.logFile, "utf8")).length).toBeGreaterThan(0);
    expect(await readdir(folder)).not.toContain("y.onnx");
  });

  it("a conversion that takes too long is ended", async () => {
    const options = {
      savedModel: runPaths(run).savedModel,
      out: join(folder, "z.onnx"),
      logFile: join(folder, "z.log"),
    };
    await expect(tf2onnx({ ...options, timeoutMs: 200 })).rejects.toMatchObject({ code: "E_PYTHON_TIMEOUT" });
  });

  it("a model that the onnx checker refuses", async () => {
    const graph = makeGraph(
      [makeNode("Add", ["x", "nowhere"], ["y"])],
      "dangling",
      [makeTensorValueInfo("x", "float32", [1])],
      [makeTensorValueInfo("y", "float32", [1])],
    );
    const path = join(folder, "dangling.onnx");
    await writeFile(path, encodeModel(makeModel(graph)));
    await expect(checkOnnx(path)).rejects.toMatchObject({
      code: "E_ONNX_CHECK",
      what: expect.stringContaining("nowhere"),
    });
  });

  it("a run that has not been evaluated cannot be promoted", async () => {
    const dataset = await loadDataset("mnist");
    const models = join(folder, "models");
    await expect(promote({ run, models, dataset })).rejects.toMatchObject({
      code: "E_PROMOTE",
      fix: expect.stringContaining("congruent evaluate"),
    });
    expect(await readdir(folder)).not.toContain("models");
  });
});

function largestDifference(a: Tensor | undefined, b: Tensor | undefined): number {
  const [x, y] = [a, b].map((tensor) => (tensor?.dtype === "float32" ? tensor.data : new Float32Array(0)));
  if (!x || !y || x.length === 0 || x.length !== y.length) return Number.POSITIVE_INFINITY;
  return x.reduce((max, value, i) => Math.max(max, Math.abs(value - (y[i] as number))), 0);
}

const INTERFACE = `
import json, sys, onnx
model = onnx.load(sys.argv[1])
def describe(values):
    return [[v.name, v.type.tensor_type.elem_type, [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim]] for v in values]
props = {p.key: p.value for p in model.metadata_props}
print(json.dumps({"inputs": describe(model.graph.input), "outputs": sorted(describe(model.graph.output)), "card": json.loads(props["congruent.card"])}))
`;

jest.setTimeout(timeLimits.training);
