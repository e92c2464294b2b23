/** @needs export tensorflow */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rows } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import { recipeSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { type Dataset, loadDataset, type Split } from "@congruent/datasets";
import { predictLayersModel } from "@congruent/layers";
import { readRun, runPaths } from "@congruent/run";
import { runPython } from "@congruent/toolchain";
import { registerArchitecture } from "@congruent/zoo";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { batchSizes, train } from "./index.js";
import { customLayer } from "./testing/parts.js";

const recipe = recipeSchema.parse({
  schema: "congruent/recipe@1",
  name: "small",
  description: "LeNet on 600 images",
  dataset: "mnist",
  architecture: "lenet",
  optimizer: { name: "adam" },
  epochs: 3,
});

const first = ({ images, labels }: Split, n: number): Split => ({
  images: rows(images, 0, n),
  labels: labels.subarray(0, n),
});

let dataset: Dataset;
let folder: string;
beforeAll(async () => {
  const mnist = await loadDataset("mnist");
  dataset = { ...mnist, train: first(mnist.train, 600), test: first(mnist.test, 100) };
  folder = await mkdtemp(join(tmpdir(), "congruent-train-"));
  await train({ recipe, dataset, out: join(folder, "a") });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("train", () => {
  it("leaves a run directory that reads back", async () => {
    const run = await readRun(join(folder, "a"));
    expect(run.recipe).toEqual(recipe);
    expect(run.epochs).toHaveLength(3);
    expect(run.epochs[0]?.steps).toBe(Math.ceil(540 / 64));
    expect(run.epochs[1]?.loss).toBeLessThan(run.epochs[0]?.loss ?? 0);
    expect(run.environment).toMatchObject({
      engine: "graph",
      dataset: { train: 540, validation: 60, test: 100 },
    });
  });

  it("gives the same weights, bit for bit, for the same seed, and others for another", async () => {
    const hash = async (name: string) =>
      sha256(await readFile(join(runPaths(join(folder, name)).layers, "weights.bin")));
    await train({ recipe, dataset, out: join(folder, "b") });
    await train({ recipe: { ...recipe, seed: 43 }, dataset, out: join(folder, "c") });
    expect(await hash("b")).toBe(await hash("a"));
    expect(await hash("c")).not.toBe(await hash("a"));
  });

  it("writes a layers model that predicts: probabilities, logits and labels agree with each other", async () => {
    const pixels = rows(dataset.test.images, 0, 100);
    const { outputs } = await predictLayersModel({
      directory: runPaths(join(folder, "a")).layers,
      inputs: { pixels: { data: Float32Array.from(pixels.data), dims: pixels.dims, dtype: "float32" } },
      batching: { mode: "split", size: 30 },
    });
    const [logits, probabilities, label] = ["logits", "probabilities", "label"].map(
      (name) => outputs[name]?.data ?? [],
    ) as [Float32Array, Float32Array, BigInt64Array];
    expect(label).toHaveLength(100);
    for (let i = 0; i < 100; i++) {
      const p = [...probabilities.subarray(i * 10, i * 10 + 10)];
      const l = [...logits.subarray(i * 10, i * 10 + 10)];
      const sum = l.reduce((total, value) => total + Math.exp(value), 0);
      for (const [k, value] of p.entries()) {
        expect(Math.abs(value - Math.exp(l[k] as number) / sum)).toBeLessThan(1e-5);
      }
      expect(Number(label[i])).toBe(p.indexOf(Math.max(...p)));
    }
  });

  it("writes TensorBoard events that TensorFlow reads", async () => {
    const directory = join(runPaths(join(folder, "a")).tensorBoard, "validation");
    const [file] = await readdir(directory);
    const { stdout } = await runPython({
      environment: "export",
      args: ["-c", EVENTS, join(directory, file ?? "")],
      env: { TF_CPP_MIN_LOG_LEVEL: "2" },
      timeoutMs: 60_000,
    });
    const events = JSON.parse(stdout) as [number, string, number][];
    const { epochs } = await readRun(join(folder, "a"));
    const expected = epochs.flatMap((log) => [
      [log.epoch, "epoch_loss", log.valLoss],
      [log.epoch, "epoch_accuracy", log.valAccuracy],
      [log.epoch, "epoch_cross_entropy", log.valCrossEntropy],
    ]);
    expect(events.map(([step, tag]) => [step, tag])).toEqual(expected.map(([step, tag]) => [step, tag]));
    for (const [i, [, , value]] of events.entries()) {
      expect(Math.abs(value - (expected[i]?.[2] as number))).toBeLessThan(1e-6);
    }
  });

  it("keeps the newest checkpoints", async () => {
    // 9 steps in each of the 3 epochs.
    expect((await readdir(runPaths(join(folder, "a")).checkpoints)).sort()).toEqual([
      "step-0000000018.safetensors",
      "step-0000000027.safetensors",
    ]);
  });
});

const EVENTS = `
import json, sys
import tensorflow as tf
events = []
for event in tf.compat.v1.train.summary_iterator(sys.argv[1]):
    for value in event.summary.value:
        events.append([event.step, value.tag, value.simple_value])
print(json.dumps(events))
`;

jest.setTimeout(timeLimits.training);

describe("what goes wrong", () => {
  it("a run directory that holds a run is not overwritten unless asked", async () => {
    await expect(train({ recipe, dataset, out: join(folder, "a") })).rejects.toMatchObject({
      code: "E_RUN_EXISTS",
    });
  });

  it("a folder that is no run keeps what is in it, asked or not", async () => {
    const out = join(folder, "mine");
    await mkdir(join(out, "checkpoints"), { recursive: true });
    await writeFile(join(out, "checkpoints", "mine.txt"), "mine");
    for (const overwrite of [false, true]) {
      await expect(train({ recipe, dataset, out, overwrite })).rejects.toMatchObject({
        code: "E_RUN_EXISTS",
        what: expect.stringContaining("checkpoints"),
      });
    }
    expect(await readFile(join(out, "checkpoints", "mine.txt"), "utf8")).toBe("mine");
  });

  it("a model's own folder is no run, though it holds a recipe", async () => {
    const out = join(folder, "model");
    await mkdir(out);
    await writeFile(join(out, "recipe.json"), JSON.stringify(recipe));
    await writeFile(join(out, "model.passport.json"), "{}");
    await writeFile(join(out, "model.onnx"), "precious");
    await expect(train({ recipe, dataset, out, overwrite: true })).rejects.toMatchObject({
      code: "E_RUN_EXISTS",
    });
    expect(await readFile(join(out, "model.onnx"), "utf8")).toBe("precious");
  });

  it("two trainings do not write into one folder; a lock left by a dead process is taken over", async () => {
    const out = join(folder, "shared");
    const second = {
      async onTrainBegin() {
        const asked = train({ recipe: { ...recipe, seed: 7 }, dataset, out, overwrite: true });
        await expect(asked).rejects.toMatchObject({
          code: "E_RUN_LOCKED",
          what: expect.stringContaining(String(process.pid)),
        });
      },
    };
    const run = await train({ recipe, dataset, out, callbacks: [second] });
    expect(await readRun(out)).toEqual(run);
    expect(await readdir(out)).not.toContain("run.lock");
    // The second: a process of our own number that was started at another time.
    for (const dead of ["999999999", `${process.pid} 1`]) {
      await writeFile(join(out, "run.lock"), dead);
      await expect(train({ recipe, dataset, out, overwrite: true })).resolves.toMatchObject({ recipe });
    }
  });

  it("parts of different trainings are not taken for a run", async () => {
    const out = join(folder, "a");
    const { recipe: path } = runPaths(out);
    for (const other of [
      { ...recipe, seed: 7 },
      { ...recipe, epochs: 4 },
    ]) {
      await writeFile(path, JSON.stringify(other));
      await expect(readRun(out)).rejects.toMatchObject({ code: "E_RUN_MIXED" });
    }
    await writeFile(path, JSON.stringify(recipe));
    await expect(readRun(out)).resolves.toMatchObject({ recipe });
  });

  it("what is refused before the training leaves an earlier run alone", async () => {
    const large = { ...recipe, batchSize: 1000 };
    const asked = train({ recipe: large, dataset, out: join(folder, "a"), overwrite: true });
    await expect(asked).rejects.toMatchObject({ code: "E_BATCH_SIZE" });
    await expect(readRun(join(folder, "a"))).resolves.toMatchObject({ recipe });
  });

  it("a model that could not be exported is refused before it is trained", async () => {
    registerArchitecture({
      name: "divided",
      title: "Divided by the number of examples",
      inputShape: [28, 28, 1],
      build: (tf, { classes }) =>
        tf.sequential({
          layers: [
            tf.layers.flatten({ inputShape: [28, 28, 1] }),
            customLayer(tf, "divided", (x) => tf.div(x, x.shape[0] as number)),
            tf.layers.dense({ units: classes, activation: "softmax" }),
          ],
        }),
    });
    const out = join(folder, "divided");
    const asked = train({ recipe: { ...recipe, architecture: "divided" }, dataset, out, engine: "eager" });
    await expect(asked).rejects.toMatchObject({ code: "E_NOT_EXPORTABLE" });
    expect(await readdir(folder)).not.toContain("divided");
  });

  it("an interrupted run is not taken for a finished one", async () => {
    const out = join(folder, "interrupted");
    const stop = new Error("stop");
    const interrupt = { onEpochEnd: () => Promise.reject(stop) };
    await expect(train({ recipe, dataset, out, callbacks: [interrupt] })).rejects.toBe(stop);
    await expect(readRun(out)).rejects.toMatchObject({ code: "E_RUN_INCOMPLETE" });
  });

  it("a loss that is not finite stops the training and names the step", async () => {
    const wild = { ...recipe, optimizer: { ...recipe.optimizer, learningRate: 1e30 } };
    await expect(train({ recipe: wild, dataset, out: join(folder, "wild") })).rejects.toMatchObject({
      code: "E_LOSS_NOT_FINITE",
      what: expect.stringMatching(/epoch 1, step \d/),
    });
  });

  it("a batch larger than the training set is refused", async () => {
    const large = { ...recipe, batchSize: 1000 };
    await expect(train({ recipe: large, dataset, out: join(folder, "large") })).rejects.toMatchObject({
      code: "E_BATCH_SIZE",
    });
  });

  it("an architecture that does not fit the images is refused", async () => {
    const wide = { ...dataset, width: 56, height: 14 };
    await expect(train({ recipe, dataset: wide, out: join(folder, "wide") })).rejects.toMatchObject({
      code: "E_INPUT_SHAPE",
    });
  });

  it("a GPU is refused with the reason where there is none", async () => {
    const { whyNoGpu } = await import("@congruent/toolchain");
    const asked = train({ recipe, dataset, out: join(folder, "gpu"), device: "gpu" });
    if (whyNoGpu() === null) await expect(asked).resolves.toMatchObject({ environment: { device: "gpu" } });
    else await expect(asked).rejects.toMatchObject({ code: "E_GPU_UNAVAILABLE", exit: 3 });
  });
});

describe("batchSizes", () => {
  it("has the last, smaller batch where the examples do not divide", () => {
    expect(batchSizes(54_000, 64)).toEqual([64, 48]);
    expect(batchSizes(128, 64)).toEqual([64]);
    expect(batchSizes(100, 100)).toEqual([100]);
  });
});
