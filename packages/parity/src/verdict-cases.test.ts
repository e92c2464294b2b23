/**
 * Models after public bug reports, on which the verdict was wrong once. What is right was found with Python's onnxruntime at every
 * optimization level, the onnx checker, onnx.reference and numpy.
 */
import { fileURLToPath } from "node:url";
import type { RuntimeId } from "@congruent/core";
import { cellName, type ParityReport } from "@congruent/core/schemas";
import { itIf, timeLimits } from "@congruent/core/testing";
import { readModel } from "@congruent/onnx/files";
import { describe, expect, it, jest } from "@jest/globals";
import { generateInputs, type Runner, runParity } from "./index.js";
import { runnerOf } from "./runners/index.js";
import { whyAbsent } from "./testing/why-absent.js";

jest.setTimeout(timeLimits.programs);

const webgpu = whyAbsent(runnerOf("node-webgpu"));
const itOnWebgpu = itIf(webgpu === null, webgpu ?? "");

const pathOf = (name: string) => fileURLToPath(new URL(`./fixtures/cases/${name}.onnx`, import.meta.url));

async function verdictOn(
  name: string,
  samples: number,
  runtimes: readonly RuntimeId[],
): Promise<ParityReport> {
  const modelPath = pathOf(name);
  const { model } = await readModel(modelPath);
  const inputs = generateInputs(model, { seed: 42, samples });
  return runParity({ modelPath, inputs, runtimes });
}

const statuses = ({ cells }: ParityReport) =>
  Object.fromEntries(cells.map((cell) => [cellName(cell), cell.status]));

describe("the verdict", () => {
  itOnWebgpu(
    "names node-cpu where its own fusion is wrong, by the reference or without it (onnxsim#749)",
    async () => {
      const report = await verdictOn("int4-dq", 20, ["node-cpu", "node-webgpu"]);
      expect(statuses(report)).toEqual({
        "node-cpu": "fail",
        "node-cpu (optimization disabled)": "pass",
        "node-webgpu": "pass",
      });
      expect(report).toMatchObject({ verdict: "fail", because: "node-cpu: fail" });
      expect(report.baseline).toBe("node-webgpu");
      expect(report.notes).toContainEqual(expect.stringMatching(/^node-cpu disagrees with itself/));
    },
  );

  itOnWebgpu("fails nobody for the other side of a rounding tie (onnxruntime#32132)", async () => {
    const report = await verdictOn("qdq-add-pool", 20, ["reference", "node-cpu", "node-webgpu"]);
    expect(statuses(report)).toEqual({ reference: "pass", "node-cpu": "pass", "node-webgpu": "pass" });
    expect(report.verdict).toBe("pass");
  });

  itOnWebgpu(
    "fails nobody who is nearer to the reference than the baseline (onnxruntime#32438)",
    async () => {
      const report = await verdictOn("rank1-axis", 1, ["reference", "node-cpu", "node-webgpu"]);
      expect(statuses(report)).toEqual({ reference: "pass", "node-cpu": "pass", "node-webgpu": "pass" });
      expect(report.verdict).toBe("pass");
    },
  );

  itOnWebgpu("does not blame a model for an adapter without float16 (onnxruntime#22974)", async () => {
    const report = await verdictOn("conv3d-fp16", 5, ["reference", "node-cpu", "node-webgpu"]);
    const cell = report.cells.find(({ runtime }) => runtime === "node-webgpu");
    // On an adapter that has it, it computes.
    if (cell?.status !== "pass") {
      expect(cell).toMatchObject({
        status: "unavailable",
        reason: expect.stringMatching(/^the adapter lacks shader-f16/),
      });
    }
    expect(report.verdict).toBe("pass");
  });

  it("does not need the reference for a model that it cannot compute (onnxruntime#8999)", async () => {
    const report = await verdictOn("sequence-loop", 5, ["node-cpu"]);
    expect(report.cells[0]).toMatchObject({ runtime: "node-cpu", status: "pass" });
    expect(report).toMatchObject({ verdict: "inconclusive", because: expect.stringMatching(/^only 1 of 1/) });
  });

  it("judges what a model's own functions compute, nested ones too (onnxruntime#10250, #16813)", async () => {
    const report = await verdictOn("nested-functions", 20, ["reference", "node-cpu"]);
    expect(statuses(report)).toEqual({ reference: "pass", "node-cpu": "pass" });
    expect(report.verdict).toBe("pass");
    expect(report.cells[1]?.reference?.samples).toBe(20);
  });

  it.each([
    ["convtranspose-bias1", "E_ONNX_SHAPE", /its B "b" is of shape \[1\]; expected: \[16\]/],
    ["conv-bias1", "E_ONNX_SHAPE", /its B "b" is of shape \[1\]; expected: \[4\]/],
    ["bn-scale1", "E_ONNX_SHAPE", /its scale "s" is of shape \[1\]; expected: \[4\]/],
    ["lstm-bias", "E_ONNX_SHAPE", /its B "b" is of shape \[1, 8\]; expected: \[1, 16\]/],
    ["if-outer-output", "E_ONNX_VALUE", /hands out x, which no node in it makes/],
  ])(
    "is none on a file that is not valid: %s, before anything runs (onnxruntime#26144, #5991)",
    async (name, code, what) => {
      const modelPath = pathOf(name);
      const { model } = await readModel(modelPath);
      const run = jest.fn<Runner["run"]>();
      const runners: Runner[] = [{ runtime: "node-cpu", browser: null, run }];
      const inputs = { source: "none", tensors: {} };
      await expect(runParity({ modelPath, inputs, runners })).rejects.toMatchObject({
        code,
        what: expect.stringMatching(what),
        exit: 2,
      });
      expect(() => generateInputs(model, { seed: 42, samples: 1 })).not.toThrow();
      expect(run).not.toHaveBeenCalled();
    },
  );

  it("asks for strings from a file, with the words that do it", async () => {
    const { model } = await readModel(pathOf("string-in"));
    expect(() => generateInputs(model, { seed: 42, samples: 1 })).toThrow(
      expect.objectContaining({
        code: "E_INPUT_STRINGS",
        what: expect.stringContaining("the input s"),
        fix: expect.stringContaining("--inputs FILE.json"),
        exit: 2,
      }),
    );
  });

  itOnWebgpu(
    "passes by two kernel families and the graph as it is in the file, without the reference",
    async () => {
      const report = await verdictOn("sequence-loop", 5, ["node-cpu", "node-webgpu"]);
      expect(report.verdict).toBe("pass");
      expect(statuses(report)).toHaveProperty("node-cpu (optimization disabled)", "pass");
    },
  );
});
