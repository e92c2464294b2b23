/** @needs tensorflow */

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sizeOf, tensor } from "@congruent/core";
import { itIf, timeLimits } from "@congruent/core/testing";
import {
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
} from "@congruent/onnx";
import { TINY_WEIGHTS, tinyClassifier } from "@congruent/onnx/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { runParity } from "../run-parity.js";
import { describeRunner } from "../testing/describe-runner.js";
import { whyAbsent } from "../testing/why-absent.js";
import { tfjs } from "./tfjs.js";

jest.setTimeout(timeLimits.training);

/** The tiny classifier as a tfjs layers model, written by hand; the division by 255 is in the weights. */
async function writeLayersModel(directory: string): Promise<string> {
  const folder = join(directory, "layers");
  await mkdir(folder);
  const config = (name: string, more: object) => ({ name, trainable: true, dtype: "float32", ...more });
  const layers = [
    {
      class_name: "Flatten",
      config: config("flatten", { batch_input_shape: [null, 2, 2, 1], data_format: "channels_last" }),
    },
    {
      class_name: "Dense",
      config: config("dense", { units: 3, activation: "softmax", use_bias: false }),
    },
  ];
  const topology = {
    keras_version: "tfjs-layers 4.22.0",
    backend: "tensor_flow.js",
    model_config: { class_name: "Sequential", config: { name: "tiny", layers } },
  };
  const weights = [{ name: "dense/kernel", shape: [4, 3], dtype: "float32" }];
  const model = {
    format: "layers-model",
    generatedBy: "test",
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [{ paths: ["weights.bin"], weights }],
  };
  await writeFile(join(folder, "model.json"), JSON.stringify(model));
  await writeFile(
    join(folder, "weights.bin"),
    new Uint8Array(Float32Array.from(TINY_WEIGHTS, (w) => w / 255).buffer),
  );
  return folder;
}

describeRunner({
  runner: tfjs,
  readsModel: false,
  absent: whyAbsent(tfjs),
  job: async (directory) => ({ layersDirectory: await writeLayersModel(directory) }),
});

describe("a source model of Keras 3 that is no classifier (tfjs#8328)", () => {
  itIf(whyAbsent(tfjs) === null, whyAbsent(tfjs) ?? "")("passes beside the file made from it", async () => {
    const layersDirectory = fileURLToPath(new URL("../fixtures/cases/keras3-layers", import.meta.url));
    const stored = await readFile(join(layersDirectory, "weights.bin"));
    const [...numbers] = new Float32Array(Uint8Array.from(stored).buffer);
    const weight = (name: string, from: number, dims: number[]) =>
      makeTensor(name, tensor("float32", Float32Array.from(numbers.slice(from, from + sizeOf(dims))), dims));
    const graph = makeGraph(
      [makeNode("Gemm", ["z", "kernel", "bias"], ["d"])],
      "dense",
      [makeTensorValueInfo("z", "float32", ["n", 3])],
      [makeTensorValueInfo("d", "float32", ["n", 2])],
      [weight("kernel", 0, [3, 2]), weight("bias", 6, [2])],
    );
    const folder = await mkdtemp(join(tmpdir(), "keras3-"));
    const modelPath = join(folder, "model.onnx");
    await writeFile(modelPath, encodeModel(makeModel(graph, { opset: 17 })));
    const z = tensor(
      "float32",
      Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
      [4, 3],
    );
    const report = await runParity({
      ...{ modelPath, layersDirectory },
      inputs: { source: "four rows", tensors: { z } },
      runtimes: ["reference", "tfjs"],
    });
    await rm(folder, { recursive: true });
    expect(report.cells.map(({ runtime, status }) => [runtime, status])).toEqual([
      ["reference", "pass"],
      ["tfjs", "pass"],
    ]);
    expect(report.verdict).toBe("pass");
  });
});

describe("the runner tfjs in limited time", () => {
  itIf(whyAbsent(tfjs) === null, whyAbsent(tfjs) ?? "")(
    "begins with one sample, and tells what is done",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "tfjs-"));
      const modelPath = join(folder, "model.onnx");
      await writeFile(modelPath, tinyClassifier().bytes);
      const pixels = Float32Array.from({ length: 12 * 4 }, (_, i) => (i * 53) % 256);
      const done: number[] = [];
      const { samples, cut } = await tfjs.run({
        ...{ modelPath, layersDirectory: await writeLayersModel(folder), webApp: null, cap: null },
        inputs: { pixels: tensor("float32", pixels, [12, 2, 2, 1]) },
        batching: { mode: "split", size: 100 },
        ...{ timeoutMs: timeLimits.training, budgetMs: timeLimits.training },
        onDone: (progress) => done.push(progress.samples),
      });
      await rm(folder, { recursive: true });
      expect({ samples, cut, done }).toEqual({ samples: 12, cut: null, done: [1, 5, 12] });
    },
  );
});

describe("the runner tfjs without a source model", () => {
  it.each([null, "/nowhere"])("is absent (%p)", async (layersDirectory) => {
    const inputs = {};
    const job = {
      modelPath: "",
      webApp: null,
      inputs,
      batching: { mode: "split", size: 1 } as const,
      cap: null,
      timeoutMs: 1000,
      layersDirectory,
    };
    await expect(tfjs.run(job)).rejects.toMatchObject({ code: "E_RUNTIME_UNAVAILABLE", exit: 3 });
  });
});
