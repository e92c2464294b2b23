/**
 * The first real catch, in Node and in a browser: LeNet's second convolution on ONNX Runtime's WebGPU provider (docs/webgpu-conv.md). Nothing
 * here or in the bisect knows of it but the names that are expected.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CongruentError, tensor } from "@congruent/core";
import { decodeModel, modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { seededNumbers } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { writeRepro } from "../repro/write-repro.js";
import type { Runner } from "../runner.js";
import { nodeWebgpu } from "../runners/node-webgpu.js";
import { webWebgpu } from "../runners/web-webgpu.js";
import { bisect } from "./bisect.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

describe.each<[string, Runner]>([
  ["in Node", nodeWebgpu],
  ["in a browser", webWebgpu],
])("LeNet on WebGPU %s", (_, runner) => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "lenet-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("is wrong first at its second convolution, which alone is wrong by itself, and its repro fails", async () => {
    const { model } = await readModel(path("../../../../models/lenet/model.onnx"));
    const next = seededNumbers(3);
    const pixels = Float32Array.from({ length: 784 }, () => Math.max(0, Math.round(next() * 255)));
    const inputs = { pixels: tensor("float32", pixels, [1, 28, 28, 1]) };
    const webApp = path("../../../../apps/web/dist");
    const job = { layersDirectory: null, webApp, timeoutMs: 200_000 };
    const found = await bisect({ model, runner, job, inputs }).catch((error: unknown) => {
      if (!(error instanceof CongruentError) || error.exit !== 3) throw error;
      console.log(`not tested, as it is absent here: ${error.what}`);
      return null;
    });
    // Another adapter's shaders may be right: then there is nothing to find.
    if (!found || found.final?.length === 0) return;
    const culprit = { node: "conv2/BiasAdd", opType: "Conv", index: 6 };
    expect(found).toMatchObject({
      cumulative: { first: culprit, roots: [culprit], unseen: [] },
      isolated: { wrong: [culprit], broken: [], unseen: [], nodes: 21 },
      hidden: [],
      vanished: false,
      explained: true,
    });
    const cell = {
      runtime: runner.name,
      versions: { onnxruntime: "1.30.0" },
      adapter: "SwiftShader",
      driver: null,
    };
    const repro = await writeRepro({ directory, model, found, cell, inputs, runner, job });
    expect(repro).toMatchObject({
      nodes: ["conv2/BiasAdd"],
      fails: true,
      said: expect.stringContaining("DIFFERS"),
    });
    const part = decodeModel(await readFile(join(directory, "model.onnx")));
    expect(part.graph?.node.map(({ opType }) => opType)).toEqual(["Conv"]);
    expect(modelInterface(part).inputs[0]?.dims?.[0]).toBe(1);
    expect(await readFile(join(directory, "ISSUE.md"), "utf8")).toMatch(/Conv computes wrong values/);
  }, 280_000);
});
