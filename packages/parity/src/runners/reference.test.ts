import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { encodeModel, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { describe, expect, it, jest } from "@jest/globals";
import { describeRunner } from "../testing/describe-runner.js";
import { REFERENCE_SAMPLES, reference } from "./reference.js";

jest.setTimeout(timeLimits.programs);

describeRunner({ runner: reference, readsModel: true, absent: null });

describe("the runner reference", () => {
  const x = makeTensorValueInfo("x", "float32", ["n", 1]);
  const y = makeTensorValueInfo("y", "float32", ["n", 1]);

  async function run(opType: string, samples: number) {
    const directory = await mkdtemp(join(tmpdir(), "reference-"));
    try {
      const modelPath = join(directory, "model.onnx");
      await writeFile(
        modelPath,
        encodeModel(makeModel(makeGraph([makeNode(opType, ["x"], ["y"], { name: "it" })], "one", [x], [y]))),
      );
      const inputs = { x: tensor("float32", new Float32Array(samples), [samples, 1]) };
      return await reference.run({
        ...{
          modelPath,
          inputs,
          batching: { mode: "split", size: 64 } as const,
          cap: null,
          layersDirectory: null,
          webApp: null,
        },
        timeoutMs: 150_000,
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  it("takes the first samples alone, and says how many", async () => {
    const { samples, outputs } = await run("Exp", 5000);
    expect([samples, outputs.y?.dims]).toEqual([REFERENCE_SAMPLES, [REFERENCE_SAMPLES, 1]]);
  });

  it("gives the samples that it has done when its time is over, and says so", async () => {
    const directory = await mkdtemp(join(tmpdir(), "reference-"));
    try {
      // Some 10^8 multiplications a sample: far more than the time allows for all.
      const [n, k] = [1, 700];
      const wide = (name: string) => makeTensorValueInfo(name, "float32", ["n", k, k]);
      const nodes = Array.from({ length: 2 }, (_, i) => makeNode("MatMul", [`v${i}`, "x"], [`v${i + 1}`]));
      const graph = makeGraph(
        [makeNode("Identity", ["x"], ["v0"]), ...nodes],
        "slow",
        [wide("x")],
        [wide("v2")],
      );
      const modelPath = join(directory, "slow.onnx");
      await writeFile(modelPath, encodeModel(makeModel(graph)));
      const samples = 60;
      const inputs = {
        x: tensor("float32", new Float32Array(samples * n * k * k).fill(0.5), [samples, k, k]),
      };
      const heard: number[] = [];
      const job = {
        modelPath,
        inputs,
        batching: { mode: "split", size: 64 } as const,
        cap: null,
        layersDirectory: null,
        webApp: null,
      };
      const found = await reference.run({
        ...job,
        timeoutMs: 150_000,
        budgetMs: 12_000,
        onDone: (done) => heard.push(done.samples),
      });
      expect(found.samples).toBeGreaterThan(0);
      expect(found.samples).toBeLessThan(samples);
      expect(found.cut).toEqual({ of: 60, seconds: 12 });
      expect(found.outputs.v2?.dims).toEqual([found.samples, k, k]);
      expect(found.bounds?.v2?.errors.dims).toEqual([found.samples, k, k]);
      expect(heard.at(-1)).toBe(found.samples);
      // Every element of x is 0.5: each product of two is 0.25, and k of them are added, twice.
      expect(new Set(found.outputs.v2?.data as Float32Array)).toEqual(new Set([k * (k * 0.25) * 0.5]));
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("joins what it does in parts to what it gives at once", async () => {
    const { outputs, bounds, samples, cut } = await run("Exp", 90);
    expect([samples, cut, outputs.y?.dims, bounds?.y?.errors.dims]).toEqual([90, null, [90, 1], [90, 1]]);
    expect(outputs.y?.data).toEqual(new Float32Array(90).fill(1));
  });

  it("is absent for a model with an operator that it does not know, and names the node", async () => {
    await expect(run("Rectify", 1)).rejects.toMatchObject({
      ...{ code: "E_OPERATOR", exit: 3 },
      message: expect.stringContaining('Rectify "it"'),
    });
  });
});
