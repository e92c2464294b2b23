import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError, parseRuntimeId, type RuntimeId, runtimeId, tensor } from "@congruent/core";
import { againstReportSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { decodeModel, encodeModel, type ModelProto, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { tinyClassifier } from "@congruent/onnx/testing";
import { interpret, toTensor } from "@congruent/reference";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type Runner, sampleCount } from "../runner.js";
import { runAgainst } from "./run-against.js";

jest.setTimeout(timeLimits.programs);

let directory: string;
let modelPath: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "against-"));
  modelPath = join(directory, "model.onnx");
  await writeFile(modelPath, tinyClassifier().bytes);
});
afterAll(() => rm(directory, { recursive: true }));

const pixels = Float32Array.from({ length: 40 }, (_, i) => (i * 53) % 256);
const inputs = { source: "10 pictures", tensors: { pixels: tensor("float32", pixels, [10, 2, 2, 1]) } };

/** The interpreter as a runtime: no process to start, and the outputs are those of the file that it was given. */
const runtime = (id: RuntimeId): Runner => ({
  ...parseRuntimeId(id),
  async run({ modelPath: path, inputs: feeds, batching }) {
    const { outputs } = interpret((await readModel(path)).model, feeds);
    const rounded = Object.fromEntries([...outputs].map(([output, value]) => [output, toTensor(value)]));
    return {
      outputs: rounded,
      samples: sampleCount(feeds, batching),
      versions: {},
      adapter: null,
      seconds: 0,
    };
  },
});

async function against(change: (model: ModelProto) => void, runners = [runtime("node-cpu")]) {
  const model = decodeModel(tinyClassifier().bytes);
  change(model);
  const againstPath = join(directory, "other.onnx");
  await writeFile(againstPath, encodeModel(model));
  const runtimes = runners.map(runtimeId);
  const report = await runAgainst({ modelPath, againstPath, inputs, runners, runtimes });
  return againstReportSchema.parse(report);
}

/** Of the tiny classifier's MatMul. */
function weight(model: ModelProto, change: (values: DataView) => void): void {
  const bytes = model.graph?.initializer.find(({ name }) => name === "W")?.rawData as Uint8Array;
  change(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

describe("runAgainst", () => {
  it("takes outputs without a finite number in either file for no proof", async () => {
    const tensors = { pixels: tensor("float32", new Float32Array(40).fill(Number.NaN), [10, 2, 2, 1]) };
    const report = await runAgainst({
      modelPath,
      againstPath: modelPath,
      inputs: { source: "NaN", tensors },
      runners: [runtime("node-cpu")],
    });
    expect(againstReportSchema.parse(report).verdict).toBe("inconclusive");
    expect(report.because).toMatch("is NaN or infinite in both files");
  });

  it("names the changed node, and says what numerically follows", async () => {
    const matmul = tinyClassifier().model.graph?.node.find(({ opType }) => opType === "MatMul");
    const report = await against((model) => weight(model, (values) => values.setFloat32(0, 3, true)));
    expect(report.changes).toMatchObject([
      { kind: "weight", node: matmul?.name || matmul?.output[0], opType: "MatMul" },
    ]);
    expect(report.verdict).toBe("fail");
    expect(report.runtimes).toMatchObject([{ runtime: "node-cpu", status: "fail" }]);
    const off = report.runtimes[0]?.outputs.find(({ name }) => name === "probabilities");
    expect(off?.maxAbs).toBeGreaterThan(0.01);
    expect(off?.within).toBe(false);
    expect(report.because).toMatch(/^node-cpu: .*probabilities differs by/);
  });

  it("names a change that nothing follows from, and passes", async () => {
    const report = await against((model) =>
      // The last bit of a weight: a change in the file, far below what two correct runtimes differ by.
      weight(model, (values) => values.setUint8(0, values.getUint8(0) ^ 1)),
    );
    expect(report.changes.map(({ kind }) => kind)).toEqual(["weight"]);
    expect(report).toMatchObject({
      verdict: "pass",
      because: "the outputs of both files agree on node-cpu",
    });
  });

  it("finds nothing between a file and its copy", async () => {
    const { changes, verdict, matched, runtimes } = await against(() => undefined);
    expect(changes).toEqual([]);
    expect(verdict).toBe("pass");
    expect(matched).toMatchObject({ byStructure: 0, unmatched: 0 });
    expect(runtimes[0]?.outputs.map(({ maxAbs }) => maxAbs)).toEqual(runtimes[0]?.outputs.map(() => 0));
  });

  it("pairs outputs that were renamed by their position", async () => {
    const { runtimes, changes } = await against((model) => {
      for (const node of model.graph?.node ?? []) {
        node.input = node.input.map((name) => (name === "probabilities" ? "scores" : name));
        node.output = node.output.map((name) => (name === "probabilities" ? "scores" : name));
      }
      for (const output of model.graph?.output ?? []) {
        if (output.name === "probabilities") output.name = "scores";
      }
    });
    expect(changes.map(({ kind }) => kind)).toEqual(["interface"]);
    expect(runtimes[0]).toMatchObject({ status: "pass" });
    expect(runtimes[0]?.outputs.map(({ name }) => name)).toContain("probabilities");
  });

  /** Puts a Cast from another type before all that reads the pixels. */
  const takes = (elemType: number) => (model: ModelProto) => {
    for (const node of model.graph?.node ?? []) {
      node.input = node.input.map((name) => (name === "pixels" ? "cast" : name));
    }
    model.graph?.node.unshift(
      makeNode("Cast", ["pixels"], ["cast"], { name: "first", attributes: { to: 1n } }),
    );
    const type = model.graph?.input[0]?.type?.value;
    if (type?.case === "tensorType") type.value.elemType = elemType;
  };
  const [UINT8, BOOL] = [2, 9];

  it("gives the same numbers to a file whose input has another name, or another type that holds them", async () => {
    const renamed = await against((model) => {
      for (const node of model.graph?.node ?? []) {
        node.input = node.input.map((name) => (name === "pixels" ? "image" : name));
      }
      for (const input of model.graph?.input ?? []) if (input.name === "pixels") input.name = "image";
    });
    expect(renamed).toMatchObject({ verdict: "pass", changes: [{ kind: "interface" }] });
    const typed = await against(takes(UINT8));
    expect(typed.verdict).toBe("pass");
    expect(typed.changes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["added", "interface"]));
    expect(typed.runtimes[0]?.outputs.map(({ maxAbs }) => maxAbs)).toEqual(
      typed.runtimes[0]?.outputs.map(() => 0),
    );
  });

  it.each<[string, (model: ModelProto) => void, string]>([
    ["a type that cannot hold them", takes(BOOL), "bool cannot hold the float32 values of pixels exactly"],
    [
      "one more input",
      (model) => model.graph?.input.push(makeTensorValueInfo("mask", "float32", ["batch", 2])),
      "nothing is given for mask",
    ],
    [
      "another size",
      (model) => {
        const type = model.graph?.input[0]?.type?.value;
        const axis = type?.case === "tensorType" ? type.value.shape?.dim[1] : undefined;
        if (axis) axis.value = { case: "dimValue", value: 3n };
      },
      "E_INPUT_SHAPE: input pixels was given with the shape [10, 2, 2, 1]",
    ],
  ])(
    "compares nothing where the second file takes %s, says why, and still names the changes",
    async (_, change, why) => {
      const report = await against(change);
      expect(report.verdict).toBe("inconclusive");
      expect(report.because).toContain(why);
      expect(report.runtimes).toEqual([]);
      expect(report.changes.map(({ kind }) => kind)).toContain("interface");
    },
  );

  it("keeps a file that breaks one runtime in that runtime's row, and continues", async () => {
    const fragile: Runner = {
      ...runtime("web-wasm"),
      run: (job) =>
        job.modelPath.endsWith("other.onnx")
          ? Promise.reject(new CongruentError({ code: "E_CRASH", what: "the process was ended by SIGSEGV" }))
          : runtime("web-wasm").run(job),
    };
    const report = await against(() => undefined, [runtime("node-cpu"), fragile]);
    expect(report.runtimes.map(({ runtime, status }) => [runtime, status])).toEqual([
      ["node-cpu", "pass"],
      ["web-wasm", "error"],
    ]);
    expect(report.verdict).toBe("fail");
    expect(report.because).toMatch(/^web-wasm: .*other\.onnx: the process was ended by SIGSEGV/);
  });

  it("ends with the error of a runtime that is named and absent", async () => {
    const absent = new CongruentError({ code: "E_RUNTIME_UNAVAILABLE", what: "no GPU", exit: 3 });
    const none: Runner = { ...runtime("node-webgpu"), run: () => Promise.reject(absent) };
    await expect(against(() => undefined, [none])).rejects.toBe(absent);
  });
});
