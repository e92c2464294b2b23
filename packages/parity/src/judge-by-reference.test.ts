import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRuntimeId, type RuntimeId, type Tensor, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { fake } from "./fixtures/fake-runner.js";
import { type ParityOptions, type Runner, runParity } from "./index.js";
import type { ReferenceBound, RunnerJob } from "./runner.js";

jest.setTimeout(timeLimits.programs);

const SAMPLES = 20;
const JUDGED = 4;
const pixels = Float32Array.from({ length: SAMPLES * 4 }, (_, i) => (i * 53) % 256);
const inputs = { source: "pictures", tensors: { pixels: tensor("float32", pixels, [SAMPLES, 2, 2, 1]) } };

let directory: string;
let modelPath: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "by-reference-"));
  modelPath = join(directory, "model.onnx");
  await writeFile(modelPath, tinyClassifier().bytes);
});
afterAll(() => rm(directory, { recursive: true }));

const parity = (runners: Runner[], more: Partial<ParityOptions> = {}) =>
  runParity({ modelPath, inputs, runners, samples: { reference: JUDGED }, ...more });

/** Each element of the probabilities may be off by so much. */
function referenceWith(error: (sample: number, job: RunnerJob) => number, asked: number[] = []): Runner {
  return {
    ...fake("reference"),
    isReference: true,
    run: async (job) => {
      const result = await fake("reference").run(job);
      asked.push(result.samples);
      const { data, dims } = result.outputs.probabilities as Tensor<"float32">;
      const errors = Float64Array.from(data, (_, i) => error(Math.floor(i / 3), job));
      const bound: ReferenceBound = {
        exact: tensor("float64", Float64Array.from(data), dims),
        errors: tensor("float64", errors, dims),
        why: "for this test",
      };
      return { ...result, bounds: { probabilities: bound } };
    },
  };
}

const off = (id: RuntimeId, sample: number, by: number): Runner =>
  fake(id, (data) => {
    if (data.length > sample * 3) data[sample * 3] = (data[sample * 3] as number) + by;
  });
const statuses = (report: Awaited<ReturnType<typeof parity>>) =>
  Object.fromEntries(report.cells.map(({ runtime, status }) => [runtime, status]));

describe("on the samples that the reference judged", () => {
  it("nobody fails by comparison with another runtime", async () => {
    // Two steps apart in opposite directions, each within what the reference allows there.
    const report = await parity([
      referenceWith(() => 0.01),
      off("node-cpu", 1, 0.009),
      off("node-webgpu", 1, -0.009),
    ]);
    expect(statuses(report)).toEqual({ reference: "pass", "node-cpu": "pass", "node-webgpu": "pass" });
    expect(report.verdict).toBe("pass");
    expect(report.cells[2]?.outputs.find(({ name }) => name === "probabilities")).toMatchObject({
      within: true,
      maxAbs: expect.closeTo(0.018, 3),
    });
  });

  it("whoever is beyond its bound fails, and is not the baseline, however many there are", async () => {
    const wrong = [off("node-cpu", 1, 0.3), off("web-wasm", 1, 0.3)];
    const report = await parity([referenceWith(() => 1e-6), ...wrong, fake("node-webgpu")]);
    expect(statuses(report)).toMatchObject({ "node-cpu": "fail", "web-wasm": "fail", "node-webgpu": "pass" });
    expect(report).toMatchObject({ verdict: "fail", baseline: "node-webgpu" });
    expect(report.cells[1]?.reason).toMatch(/^against the reference: /);
    const nobody = await parity([referenceWith(() => 1e-6), ...wrong]);
    expect(nobody.baseline).toBe("reference");
    expect(nobody.notes).toContainEqual(
      expect.stringMatching(/differ from the reference and agree with each other/),
    );
  });

  it("names a runtime that is right without the graph optimizer", async () => {
    const fused: Runner = {
      ...fake("node-cpu"),
      run: (job) => (job.optimization === "disabled" ? fake("node-cpu") : off("node-cpu", 2, 0.3)).run(job),
    };
    const report = await parity([referenceWith(() => 1e-6), fused, fake("web-wasm")]);
    expect(report.cells.map(({ runtime, variant, status }) => [runtime, variant, status])).toEqual([
      ["reference", null, "pass"],
      ["node-cpu", null, "fail"],
      ["node-cpu", "optimization disabled", "pass"],
      ["web-wasm", null, "pass"],
    ]);
    expect(report.notes).toContainEqual(
      expect.stringMatching(/^node-cpu disagrees with itself .*rewriting of the graph/),
    );
  });
});

describe("beyond the reference's samples", () => {
  it("a first look uses what the reference learned of this model", async () => {
    const near = await parity([referenceWith(() => 1e-3), fake("node-cpu"), off("web-wasm", 9, 7e-3)]);
    expect(near.verdict).toBe("pass");
    expect(near.cells[2]?.outputs.find(({ name }) => name === "probabilities")).toMatchObject({
      // The largest magnitude there is 1.04 times that of the judged samples.
      bound: expect.closeTo(8.33e-3, 5),
      why: expect.stringMatching(
        /^2 \(both may be off\) x 4 \(margin for other samples\) x 1\.0e-3, .* on 4 samples/,
      ),
    });
  });

  it("the reference is asked about the samples at which runtimes are far apart, and convicts the wrong one", async () => {
    const asked: number[] = [];
    for (const guilty of ["node-cpu", "web-wasm"] as const) {
      const other = guilty === "node-cpu" ? "web-wasm" : "node-cpu";
      const report = await parity([referenceWith(() => 1e-6, asked), fake(other), off(guilty, 9, 0.3)]);
      expect(statuses(report)).toEqual({ reference: "pass", [other]: "pass", [guilty]: "fail" });
      const cell = report.cells.find(({ runtime }) => runtime === guilty);
      expect(cell?.reason).toMatch(/^against the reference, on samples? .*\b9\b/);
    }
    expect(asked).toContain(1);
  });

  it("a rounding tie that shows there only fails nobody", async () => {
    // Asked about sample 9 by itself, the reference allows either side.
    const tie = referenceWith((_, job) => (job.inputs.pixels?.dims[0] === 1 ? 0.5 : 1e-6));
    const report = await parity([tie, fake("node-cpu"), off("web-wasm", 9, 0.02)]);
    expect(report.verdict).toBe("pass");
    expect(report.notes).toContainEqual(expect.stringMatching(/finds both right there/));
  });

  it("where the reference gives no answer two against each other are inconclusive, and a majority decides", async () => {
    let runs = 0;
    const once = (): Runner => {
      runs = 0;
      const first = referenceWith(() => 1e-6);
      return {
        ...first,
        run: (job) => (runs++ === 0 ? first.run(job) : Promise.reject(new Error("too slow"))),
      };
    };
    const two = await parity([once(), fake("node-cpu"), off("web-wasm", 9, 0.3)]);
    expect(two).toMatchObject({ verdict: "inconclusive", because: expect.stringMatching(/too slow/) });
    const three = await parity([once(), fake("node-cpu"), off("web-wasm", 9, 0.3), fake("node-webgpu")]);
    expect(statuses(three)).toMatchObject({ "node-cpu": "pass", "web-wasm": "fail", "node-webgpu": "pass" });
    expect(three.cells.at(-1)?.reason).toMatch(
      /^beyond the reference's 4 samples, against node-cpu, node-webgpu: /,
    );
  });
});

describe("where the reference knows no bound", () => {
  const blind = referenceWith(() => Number.POSITIVE_INFINITY);

  it("it says so, and a majority of independent witnesses decides", async () => {
    const report = await parity([blind, fake("tfjs"), fake("node-cpu"), off("web-wasm", 1, 0.3)]);
    expect(statuses(report)).toMatchObject({ tfjs: "pass", "node-cpu": "pass", "web-wasm": "fail" });
    const { reference } = report.cells.find(({ runtime }) => runtime === "node-cpu") ?? {};
    expect(reference?.outputs.find(({ name }) => name === "probabilities")).toMatchObject({
      bound: null,
      within: true,
    });
    expect(report.attribution).toMatch(/unknown \(no bound\)/);
  });

  it("one witness proves nothing", async () => {
    const report = await parity([blind, fake("node-cpu")]);
    expect(report).toMatchObject({
      verdict: "inconclusive",
      because: expect.stringMatching(/error analysis says nothing of probabilities/),
    });
  });
});

describe("a reference that stopped early", () => {
  it("judges on what it has done", async () => {
    const full = referenceWith(() => 1e-6);
    const cut: Runner = {
      ...full,
      run: async (job) => ({
        ...(await full.run({ ...job, cap: 3 })),
        cut: { of: 100, seconds: 60 },
      }),
    };
    const report = await parity([cut, fake("node-cpu"), off("web-wasm", 1, 0.3)]);
    expect(statuses(report)).toEqual({ reference: "pass", "node-cpu": "pass", "web-wasm": "fail" });
    expect(report.cells[0]).toMatchObject({ samples: 3, reason: expect.stringContaining("3 of 100") });
    expect(report.notes).toContainEqual("reference: 3 of 100 samples were done in 60 s, and count");
  });

  it("or broke is unavailable, and the others are judged without it", async () => {
    const broken: Runner = {
      ...parseRuntimeId("reference"),
      isReference: true,
      run: () => Promise.reject(new Error("no answer within 60 s")),
    };
    const report = await parity([broken, fake("tfjs"), fake("node-cpu")], {
      runtimes: ["reference", "tfjs", "node-cpu"],
    });
    expect(report).toMatchObject({
      verdict: "pass",
      because: expect.stringContaining("no answer within 60 s"),
    });
    expect(report.cells[0]?.status).toBe("unavailable");
  });
});
