import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError, parityReportSchema, type RuntimeName, tensor } from "@congruent/core";
import { checked, sha256 } from "@congruent/core/files";
import { tinyClassifier, tinyProbabilities } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { withLabel } from "./decisions.js";
import { type ParityOptions, type Runner, type RunnerResult, runParity } from "./index.js";
import { isSoftware, sampleCount, takeSamples } from "./runner.js";

const { bytes } = tinyClassifier();
const pixels = Float32Array.from({ length: 24 }, (_, i) => (i * 53) % 256);
const inputs = {
  source: "six pictures",
  tensors: { pixels: tensor("float32", pixels, [6, 2, 2, 1]) },
  truth: [0, 1, 2, 0, 1, 2],
};

/** A runtime of this test: the formula, with a change. */
function fake(name: RuntimeName, change: (probabilities: Float32Array) => void = () => undefined): Runner {
  return {
    name,
    async run(job): Promise<RunnerResult> {
      const taken = takeSamples(job);
      const samples = sampleCount(taken);
      const input = taken.pixels?.data as Float32Array;
      const rows = Array.from({ length: samples }, (_, n) =>
        tinyProbabilities(input.subarray(n * 4, n * 4 + 4)),
      );
      const data = Float32Array.from(rows.flat());
      change(data);
      const outputs = withLabel({ probabilities: tensor("float32", data, [samples, 3]) });
      return { outputs, samples, versions: { onnxruntime: "1.30.0" }, adapter: null, seconds: 0 };
    },
  };
}

function failing(name: RuntimeName, error: Error): Runner {
  return { name, run: () => Promise.reject(error) };
}

const absent = (name: RuntimeName) =>
  failing(
    name,
    new CongruentError({ code: "E_NO_BROWSER", what: "no browser", fix: "install one", exit: 3 }),
  );
const wrong = (name: RuntimeName) =>
  fake(name, (data) => {
    data[1] = (data[1] as number) + 0.01;
  });

describe("runParity", () => {
  let directory: string;
  let modelPath: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "parity-"));
    modelPath = join(directory, "model.onnx");
    await writeFile(modelPath, bytes);
  });
  afterAll(() => rm(directory, { recursive: true }));

  const parity = (runners: Runner[], more: Partial<ParityOptions> = {}) =>
    runParity({ modelPath, inputs, runners, ...more });

  it("passes where all agree, with a report that its schema accepts", async () => {
    const report = await parity([fake("web-wasm"), fake("node-cpu"), fake("tfjs")]);
    expect(checked(report, parityReportSchema, "report")).toEqual(report);
    expect(report).toMatchObject({
      verdict: "pass",
      because: "tfjs, node-cpu, web-wasm agree",
      baseline: "tfjs",
      model: { path: modelPath, sha256: sha256(bytes), name: "tiny" },
      inputs: { source: "six pictures", samples: 6 },
    });
    expect(report.cells.map(({ runtime, status, samples }) => [runtime, status, samples])).toEqual([
      ["tfjs", "pass", 6],
      ["node-cpu", "pass", 6],
      ["web-wasm", "pass", 6],
    ]);
  });

  it("fails where one differs, and says how much", async () => {
    const report = await parity([fake("node-cpu"), wrong("web-wasm")]);
    expect(report).toMatchObject({ verdict: "fail", because: "web-wasm: fail" });
    expect(report.cells[1]).toMatchObject({ status: "fail", reason: expect.stringContaining("0.0100") });
  });

  it("is inconclusive with one runtime, and with none", async () => {
    expect(await parity([fake("node-cpu"), absent("web-wasm")])).toMatchObject({ verdict: "inconclusive" });
    const none = await parity([absent("node-cpu"), absent("web-wasm")]);
    expect(none).toMatchObject({ verdict: "inconclusive", baseline: "node-cpu" });
    expect(none.cells[0]).toMatchObject({ status: "unavailable", reason: "no browser", fix: "install one" });
  });

  it("ends with exit 3 when a runtime that was named is absent", async () => {
    const asked = parity([fake("node-cpu"), absent("web-wasm")], { runtimes: ["node-cpu", "web-wasm"] });
    await expect(asked).rejects.toMatchObject({ code: "E_NO_BROWSER", exit: 3 });
  });

  it("keeps a broken runtime in its cell, goes on, and fails", async () => {
    const report = await parity([
      failing("tfjs", new Error("segmentation fault")),
      fake("node-cpu"),
      fake("web-wasm"),
    ]);
    expect(report).toMatchObject({ verdict: "fail", because: "tfjs: error", baseline: "node-cpu" });
    expect(report.cells.map(({ status }) => status)).toEqual(["error", "pass", "pass"]);
    expect(report.cells[0]?.reason).toBe("segmentation fault");
  });

  it("is an error when a runtime leaves out a declared output, not an agreement", async () => {
    const mute: Runner = {
      name: "web-wasm",
      run: async (job) => ({ ...(await fake("web-wasm").run(job)), outputs: {} }),
    };
    const report = await parity([fake("node-cpu"), mute]);
    expect(report.cells[1]).toMatchObject({
      status: "error",
      reason: expect.stringContaining("label is missing"),
    });
  });

  describe("with a ledger", () => {
    const ledger = {
      schema: "congruent/expectations@1" as const,
      expect: [{ model: "tiny", runtime: "web-webgpu" as const, reason: "a known fault" }],
    };

    it("passes with an expected failure", async () => {
      const report = await parity([fake("node-cpu"), fake("web-wasm"), wrong("web-webgpu")], { ledger });
      expect(report).toMatchObject({ verdict: "pass" });
      expect(report.cells[2]).toMatchObject({
        status: "expected-fail",
        expectation: { reason: "a known fault", link: null },
      });
    });

    it("fails on an unexpected pass", async () => {
      const report = await parity([fake("node-cpu"), fake("web-webgpu")], { ledger });
      expect(report).toMatchObject({ verdict: "fail", because: "web-webgpu: unexpected-pass" });
    });

    it("is inconclusive when the expected failure is all there is besides the baseline", async () => {
      const report = await parity([fake("node-cpu"), wrong("web-webgpu")], { ledger });
      expect(report).toMatchObject({ verdict: "inconclusive" });
    });
  });

  it("compares what both ran when one takes fewer samples", async () => {
    const report = await parity([fake("node-cpu"), fake("web-wasm")], { samples: { "web-wasm": 4 } });
    expect(report.cells.map(({ samples }) => samples)).toEqual([6, 4]);
    const capped = await parity([fake("node-cpu"), fake("web-wasm")], { samples: { "node-cpu": 2 } });
    expect(capped.cells.map(({ samples }) => samples)).toEqual([2, 2]);
    expect(capped.verdict).toBe("pass");
  });

  it("tells its progress", async () => {
    const seen: string[] = [];
    await parity([fake("node-cpu"), fake("web-wasm")], {
      onProgress: (progress) => seen.push(`${progress.runtime} ${progress.state}`),
    });
    expect(seen).toEqual(["node-cpu started", "node-cpu finished", "web-wasm started", "web-wasm finished"]);
  });

  it.each<[string, () => Partial<ParityOptions>, string]>([
    ["no model", () => ({ modelPath: join(directory, "none.onnx") }), "E_MODEL_NOT_FOUND"],
    ["wrong inputs", () => ({ inputs: { source: "x", tensors: {} } }), "E_INPUT_NAME"],
    [
      "no samples",
      () => ({
        inputs: { source: "x", tensors: { pixels: tensor("float32", new Float32Array(), [0, 2, 2, 1]) } },
      }),
      "E_INPUT_SHAPE",
    ],
    ["no runtimes", () => ({ runtimes: [] }), "E_RUNTIME_NAME"],
    ["an unknown runtime", () => ({ runtimes: ["node-webgpu"] }), "E_RUNTIME_NAME"],
    [
      "a broken ledger",
      () => ({
        ledger: {
          schema: "congruent/expectations@1",
          expect: [{ model: "*", runtime: "node-cpu", versions: "x y", reason: "" }],
        },
      }),
      "E_LEDGER",
    ],
  ])("refuses %s before anything runs", async (_, more, code) => {
    await expect(parity([fake("node-cpu"), fake("web-wasm")], more())).rejects.toMatchObject({
      code,
      exit: 2,
    });
  });

  it("refuses a file that is no ONNX", async () => {
    const path = join(directory, "model.json");
    await writeFile(path, "{}");
    await expect(parity([fake("node-cpu")], { modelPath: path })).rejects.toMatchObject({
      code: "E_ONNX_INVALID",
      message: expect.stringContaining("a JSON file"),
    });
  });
});

describe("isSoftware", () => {
  it.each([
    ["google swiftshader", true],
    ["SwiftShader (software)", true],
    ["llvmpipe (LLVM 15)", true],
    ["Microsoft Basic Render Driver", true],
    ["nvidia ampere", false],
    ["apple metal-3", false],
    ["unnamed adapter", false],
  ])("%s: %p", (adapter, software) => {
    expect(isSoftware(adapter)).toBe(software);
  });
});
