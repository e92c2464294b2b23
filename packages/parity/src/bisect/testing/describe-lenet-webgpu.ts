/**
 * The first real catch: LeNet's second convolution on ONNX Runtime's native WebGPU EP (docs/webgpu-conv.md). Nothing here or in the bisect knows
 * of it but the names that are expected.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Tensor, tensor } from "@congruent/core";
import { describeIf } from "@congruent/core/testing";
import { decodeModel, extract, type ModelProto, modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { seededNumbers } from "@congruent/onnx/testing";
import { runtimeEnvironments } from "@congruent/toolchain";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { writeRepro } from "../../repro/write-repro.js";
import { isSoftware, type Runner } from "../../runner.js";
import { runnerOf } from "../../runners/index.js";
import { whyAbsent } from "../../testing/why-absent.js";
import { bisect } from "../bisect.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

interface Subject {
  model: ModelProto;
  inputs: Record<string, Tensor>;
  nodes: number;
  /** Position of the guilty node. */
  index: number;
}

function seeded(dims: readonly number[], scale: number): Tensor {
  const next = seededNumbers(3);
  const size = dims.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length: size }, () => Math.max(0, Math.round(next() * scale)));
  return tensor("float32", data, dims);
}

/** The whole network on one picture. */
export function wholeLenet(model: ModelProto): Subject {
  return { model, inputs: { pixels: seeded([1, 28, 28, 1], 255) }, nodes: 21, index: 6 };
}

/** Its second convolution with what follows it, up to the pooling: a seventh of the shaders to compile. */
export function secondConvolution(model: ModelProto): Subject {
  const input = seeded([1, 6, 14, 14], 8);
  const names = { inputs: ["pool1/AvgPool:0"], outputs: ["pool2/AvgPool:0"] };
  const part = extract(model, { ...names, types: { "pool1/AvgPool:0": input } });
  return { model: part, inputs: { "pool1/AvgPool:0": input }, nodes: 3, index: 0 };
}

const RUNNERS = { "in Node": runnerOf("node-webgpu"), "in a browser": runnerOf("web-webgpu") } as const;

/**
 * @param subjectOf what of LeNet is bisected
 * @param withRepro whether the repro is written and run as well
 */
export function describeLenetWebgpu(
  where: keyof typeof RUNNERS,
  subjectOf: (lenet: ModelProto) => Subject,
  withRepro: boolean,
): void {
  const runner: Runner = RUNNERS[where];
  const absent = whyAbsent(runner);
  describeIf(absent === null, absent ?? "")(`LeNet on WebGPU ${where}`, () => {
    let directory: string;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "lenet-"));
    });
    afterAll(() => rm(directory, { recursive: true }));

    it("is wrong first at its second convolution, which alone is wrong by itself, and its repro fails", async () => {
      const lenet = await readModel(path("../../fixtures/lenet-6-channels.onnx"));
      const { model, inputs, nodes, index } = subjectOf(lenet.model);
      const webApp = path("../../../../../apps/web/dist");
      const job = { layersDirectory: null, webApp, timeoutMs: 500_000 };
      const found = await bisect({ model, runner, job, inputs });
      if (found.final?.length === 0) {
        // A GPU's shaders may be right: then there is nothing to find. SwiftShader's are wrong.
        const adapter = await runtimeEnvironments["node-webgpu"]();
        expect(adapter.available && isSoftware(adapter.adapter ?? "")).toBe(false);
        return;
      }
      const culprit = { node: "conv2/BiasAdd", opType: "Conv", index };
      expect(found).toMatchObject({
        cumulative: { first: culprit, roots: [culprit], unseen: [] },
        isolated: { wrong: [culprit], broken: [], unseen: [], nodes },
        hidden: [],
        vanished: false,
        explained: true,
      });
      if (!withRepro) return;
      const cell = {
        runtime: runner.runtime,
        browser: runner.browser,
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
    });
  });
}
