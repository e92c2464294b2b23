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

  it("is absent for a model with an operator that it does not know, and names the node", async () => {
    await expect(run("Rectify", 1)).rejects.toMatchObject({
      ...{ code: "E_OPERATOR", exit: 3 },
      message: expect.stringContaining('Rectify "it"'),
    });
  });
});
