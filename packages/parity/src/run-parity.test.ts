import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError, parseRuntimeId, type RuntimeId, tensor } from "@congruent/core";
import { checked, sha256 } from "@congruent/core/files";
import { cellName, parityReportSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import {
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
} from "@congruent/onnx";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { fake } from "./fixtures/fake-runner.js";
import { type ParityOptions, type Runner, runParity } from "./index.js";
import { isSoftware, sampleCount, takeSamples } from "./runner.js";
import { runnerOf } from "./runners/index.js";
import { reference } from "./runners/reference.js";

jest.setTimeout(timeLimits.programs);

const { bytes } = tinyClassifier();
const pixels = Float32Array.from({ length: 24 }, (_, i) => (i * 53) % 256);
const inputs = {
  source: "six pictures",
  tensors: { pixels: tensor("float32", pixels, [6, 2, 2, 1]) },
  labels: [0, 1, 2, 0, 1, 2],
};

const nodeCpu = runnerOf("node-cpu");

function failing(id: RuntimeId, error: Error): Runner {
  return { ...parseRuntimeId(id), run: () => Promise.reject(error) };
}

const absent = (name: RuntimeId) =>
  failing(
    name,
    new CongruentError({ code: "E_NO_BROWSER", what: "no browser", fix: "install one", exit: 3 }),
  );
const wrong = (name: RuntimeId) =>
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
    const report = await parity([fake("tfjs"), fake("node-cpu"), wrong("web-wasm")]);
    expect(report).toMatchObject({ verdict: "fail", because: "web-wasm: fail" });
    expect(report.cells[2]).toMatchObject({
      status: "fail",
      reason: expect.stringMatching(/^against tfjs, node-cpu: .*0\.0100/),
    });
  });

  it("blames nobody where it is one against one, and says so", async () => {
    const report = await parity([fake("node-cpu"), wrong("web-wasm")]);
    expect(report).toMatchObject({
      verdict: "inconclusive",
      because: expect.stringContaining("one against one"),
    });
    expect(new Set(report.cells.map(({ status }) => status))).toEqual(new Set(["inconclusive"]));
    expect(checked(report, parityReportSchema, "report")).toEqual(report);
  });

  it("does not pass on the word of runtimes that all share a graph optimizer", async () => {
    // None of them runs without it.
    const optimized = (name: RuntimeId): Runner => ({
      ...fake(name),
      run: (job) => (job.optimization === "disabled" ? Promise.reject(new Error("no")) : fake(name).run(job)),
    });
    const report = await parity([optimized("node-cpu"), optimized("web-wasm")]);
    expect(report).toMatchObject({
      verdict: "inconclusive",
      because: expect.stringContaining("graph optimizer"),
    });
  });

  it("adds a witness that runs the graph as it is, and names a runtime that its own optimizer makes wrong", async () => {
    const fused: Runner = {
      ...fake("node-cpu"),
      run: (job) => (job.optimization === "disabled" ? fake("node-cpu") : wrong("node-cpu")).run(job),
    };
    const report = await parity([fused, fake("web-wasm"), fake("node-webgpu")]);
    expect(report.cells.map((cell) => [cellName(cell), cell.status])).toEqual([
      ["node-cpu", "fail"],
      ["node-cpu (optimization disabled)", "pass"],
      ["node-webgpu", "pass"],
      ["web-wasm", "pass"],
    ]);
    expect(report).toMatchObject({ verdict: "fail", because: "node-cpu: fail" });
    expect(report.notes).toContainEqual(
      "node-cpu disagrees with itself (as it runs by default against optimization disabled): right is optimization disabled",
    );
  });

  it("is inconclusive with one runtime, and with none", async () => {
    expect(await parity([fake("node-cpu"), absent("web-wasm")])).toMatchObject({ verdict: "inconclusive" });
    const none = await parity([absent("node-cpu"), absent("web-wasm")]);
    expect(none).toMatchObject({ verdict: "inconclusive", baseline: "node-cpu" });
    expect(none.cells[0]).toMatchObject({ status: "unavailable", reason: "no browser", fix: "install one" });
  });

  it("is inconclusive when all that agree run the same kernels", async () => {
    const same = await parity([fake("node-webgpu"), fake("web-webgpu")]);
    expect(same).toMatchObject({
      verdict: "inconclusive",
      because: expect.stringMatching(
        /node-webgpu, web-webgpu agree, but all run the same kernels \(ort-webgpu\)/,
      ),
    });
    expect(same.cells.map(({ kernels }) => kernels)).toEqual(["ort-webgpu", "ort-webgpu"]);
    expect((await parity([fake("node-webgpu"), fake("web-webgpu"), fake("node-cpu")])).verdict).toBe("pass");
    // What a runner says of itself counts, not its name.
    const borrowed: Runner = { ...fake("web-wasm"), kernels: "ort-cpu-native" };
    expect((await parity([fake("node-cpu"), borrowed])).verdict).toBe("inconclusive");
    expect((await parity([fake("node-cpu"), fake("web-wasm")])).verdict).toBe("pass");
  });

  it("ends with exit 3 when a runtime that was named is absent", async () => {
    const asked = parity([fake("node-cpu"), absent("web-wasm")], { runtimes: ["node-cpu", "web-wasm"] });
    await expect(asked).rejects.toMatchObject({ code: "E_NO_BROWSER", exit: 3 });
  });

  it("keeps a broken runtime in its cell, continues, and fails", async () => {
    const report = await parity([
      failing("tfjs", new Error("segmentation fault")),
      fake("node-cpu"),
      fake("web-wasm"),
    ]);
    expect(report).toMatchObject({ verdict: "fail", because: "tfjs: error", baseline: "node-cpu" });
    expect(report.cells.map((cell) => [cellName(cell), cell.status])).toEqual([
      ["tfjs", "error"],
      ["node-cpu", "pass"],
      ["node-cpu (optimization disabled)", "pass"],
      ["web-wasm", "pass"],
    ]);
    expect(report.cells[0]?.reason).toBe("segmentation fault");
  });

  it("refuses a model that every runtime refuses, and only then", async () => {
    const invalid = new CongruentError({
      code: "E_ONNX_INVALID",
      what: "no Bogus here",
      fix: "export again",
    });
    const refusing = [failing("node-cpu", invalid), failing("web-wasm", invalid)];
    await expect(parity([absent("tfjs"), ...refusing])).rejects.toMatchObject({
      code: "E_ONNX_INVALID",
      exit: 2,
      what: expect.stringMatching(/every runtime refuses .*model\.onnx: no Bogus here/),
      fix: "export again",
    });
    for (const other of [fake("tfjs"), failing("tfjs", new Error("crash"))]) {
      expect((await parity([other, ...refusing])).cells.map(({ status }) => status)).toContain("error");
    }
  });

  it("runs operators of ONNX Runtime's own domain; the reference says which one it does not have", async () => {
    const value = (name: string) => makeTensorValueInfo(name, "float32", ["n", 3]);
    const nodes = [
      makeNode("Gelu", ["x"], ["h"], { name: "act", domain: "com.microsoft" }),
      makeNode("CDist", ["h", "points"], ["y"], {
        name: "far",
        domain: "com.microsoft",
        attributes: { metric: "euclidean" },
      }),
    ];
    const points = makeTensor(
      "points",
      tensor("float32", Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), [3, 3]),
    );
    const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")], [points]));
    const [standard] = model.opsetImport;
    if (standard) model.opsetImport.push({ ...standard, domain: "com.microsoft", version: 1n });
    const path = join(directory, "far.onnx");
    await writeFile(path, encodeModel(model));
    const x = tensor("float32", Float32Array.of(-1, 0, 2), [1, 3]);
    const { cells } = await runParity({
      modelPath: path,
      inputs: { source: "three numbers", tensors: { x } },
      runners: [reference, nodeCpu],
    });
    expect(cells).toMatchObject([
      {
        runtime: "reference",
        status: "unavailable",
        reason: expect.stringMatching(/CDist "far": the reference does not know CDist/),
      },
      { runtime: "node-cpu", status: "pass", samples: 1 },
    ]);
  });

  it("is an error when a runtime leaves out a declared output, not an agreement", async () => {
    const mute: Runner = {
      ...fake("web-wasm"),
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
      const report = await parity([fake("tfjs"), fake("node-cpu"), wrong("web-webgpu")], { ledger });
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
    const report = await parity([fake("tfjs"), fake("web-wasm")], { samples: { "web-wasm": 4 } });
    expect(report.cells.map(({ samples }) => samples)).toEqual([6, 4]);
    const capped = await parity([fake("tfjs"), fake("web-wasm")], { samples: { tfjs: 2 } });
    expect(capped.cells.map(({ samples }) => samples)).toEqual([2, 2]);
    expect(capped.verdict).toBe("pass");
  });

  describe("of a model with a fixed batch", () => {
    const path = () => join(directory, "fixed.onnx");
    const counts: unknown[][] = [];
    const counting = (name: RuntimeId): Runner => ({
      ...fake(name),
      run: (job) => {
        counts.push([sampleCount(takeSamples(job), job.batching), job.batching]);
        return fake(name).run(job);
      },
    });
    beforeAll(async () => {
      const { model } = tinyClassifier();
      const dim = model.graph?.input[0]?.type?.value;
      if (dim?.case === "tensorType" && dim.value.shape?.dim[0]) {
        dim.value.shape.dim[0].value = { case: "dimValue", value: 4n };
      }
      await writeFile(path(), encodeModel(model));
    });

    it("takes whole batches and says so", async () => {
      const report = await parity([counting("tfjs"), counting("web-wasm")], { modelPath: path() });
      const batching = { mode: "fixed", size: 4 };
      expect(counts).toEqual([
        [4, batching],
        [4, batching],
      ]);
      expect(report).toMatchObject({
        verdict: "pass",
        inputs: { source: "six pictures, the first 4 of 6: the model takes 4 at a time", samples: 4 },
      });
      expect(report.cells.map(({ samples }) => samples)).toEqual([4, 4]);
    });

    it("runs on a real runtime, where a cap gives way to one batch", async () => {
      const capped = {
        ...inputs,
        tensors: { pixels: tensor("float32", new Float32Array(40), [10, 2, 2, 1]) },
      };
      const more = { modelPath: path(), inputs: capped, samples: { "node-cpu": 2 } };
      const report = await parity([nodeCpu], more);
      expect(report.cells[0]).toMatchObject({ status: "pass", samples: 4 });
      expect(report.inputs.samples).toBe(8);
    });

    it("refuses fewer samples than one batch", async () => {
      const few = { ...inputs, tensors: { pixels: tensor("float32", new Float32Array(12), [3, 2, 2, 1]) } };
      await expect(parity([fake("node-cpu")], { modelPath: path(), inputs: few })).rejects.toMatchObject({
        code: "E_INPUT_SHAPE",
        expected: "at least 4 samples",
      });
    });
  });

  it("tells its progress", async () => {
    const seen: string[] = [];
    await parity([fake("tfjs"), fake("web-wasm")], {
      onProgress: (progress) => seen.push(`${progress.runtime} ${progress.state}`),
    });
    expect(seen).toEqual(["tfjs started", "tfjs finished", "web-wasm started", "web-wasm finished"]);
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
