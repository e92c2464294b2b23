import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CongruentError, tensor } from "@congruent/core";
import type { ParityReport } from "@congruent/core/schemas";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runAgainst } from "./against/run-against.js";
import { fake } from "./fixtures/fake-runner.js";
import { type Runner, type RunnerJob, runParity } from "./index.js";

const lost = new CongruentError({ code: "E_DEVICE_LOST", what: "the WebGPU device was lost" });
const inWords = new CongruentError({ code: "E_RUN", what: "vkQueueSubmit failed: VK_ERROR_DEVICE_LOST" });
const crash = new CongruentError({ code: "E_CRASH", what: "the process was ended by SIGSEGV" });

const right = fake("web-webgpu");

interface Broken {
  runner: Runner;
  /** What it was asked to run, by the file's name. */
  asked: string[];
}

/**
 * Ends a job of the model under test as told, one ending after the other, the last one for ever; null is a right result. One addition ends
 * as `addition` says.
 */
function breaking(
  endings: readonly (CongruentError | null)[],
  addition: CongruentError | null = null,
): Broken {
  const asked: string[] = [];
  let at = 0;
  const run = async (job: RunnerJob) => {
    const file = basename(job.modelPath);
    asked.push(file);
    const own = file === "addition.onnx" ? addition : endings[Math.min(at++, endings.length - 1)];
    if (own) throw own;
    if (file === "addition.onnx") return { outputs: {}, samples: 1, versions: {}, adapter: null, seconds: 0 };
    return right.run(job);
  };
  return { runner: { ...right, run }, asked };
}

let directory: string;
let modelPath: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "run-on-machine-"));
  modelPath = join(directory, "model.onnx");
  await writeFile(modelPath, tinyClassifier().bytes);
});
afterAll(() => rm(directory, { recursive: true }));

const pixels = Float32Array.from({ length: 40 }, (_, i) => (i * 53) % 256);
const inputs = { source: "ten pictures", tensors: { pixels: tensor("float32", pixels, [10, 2, 2, 1]) } };

const parity = (runner: Runner) =>
  runParity({ modelPath, inputs, runners: [fake("tfjs"), fake("node-cpu"), runner] });
const cellIn = ({ cells }: ParityReport) => cells.find(({ runtime }) => runtime === "web-webgpu");

describe("a device that is lost", () => {
  it.each([
    ["by the guard's code", lost],
    ["in the driver's words", inWords],
  ])("once is no failure: it is run again, and the report says so (%s)", async (_, error) => {
    const { runner, asked } = breaking([error, null]);
    const report = await parity(runner);
    expect(asked).toEqual(["model.onnx", "model.onnx"]);
    expect(cellIn(report)).toMatchObject({ status: "pass", reason: null });
    expect(report.verdict).toBe("pass");
    expect(report.notes).toContainEqual(
      expect.stringMatching(/^web-webgpu lost its device .*was run again$/),
    );
  });

  it.each([
    ["lost again", lost],
    ["crashes then", crash],
  ])(
    "each time, by this model alone, leaves the runtime unavailable and the verdict open (%s)",
    async (_, second) => {
      const { runner, asked } = breaking([lost, second]);
      const report = await parity(runner);
      expect(asked).toEqual(["model.onnx", "model.onnx", "addition.onnx"]);
      expect(cellIn(report)).toMatchObject({
        status: "unavailable",
        reason: expect.stringContaining("its device was lost in two of two tries, and not by one addition"),
        fix: expect.stringContaining("driver"),
      });
      expect(report).toMatchObject({
        verdict: "inconclusive",
        because: expect.stringContaining("web-webgpu lost the device with this model each time"),
      });
    },
  );

  it("by one addition too is the machine's fault, and has no say", async () => {
    const report = await parity(breaking([lost], lost).runner);
    expect(cellIn(report)).toMatchObject({
      status: "unavailable",
      reason: expect.stringContaining("it breaks on this machine whatever the model, at one addition too"),
    });
    expect(report.verdict).toBe("pass");
  });

  it("does not hide another error of the second try", async () => {
    const wrong = new CongruentError({ code: "E_RUN", what: "index out of range" });
    const report = await parity(breaking([lost, wrong]).runner);
    expect(cellIn(report)).toMatchObject({ status: "error", reason: "index out of range" });
    expect(report.verdict).toBe("fail");
  });

  it("does not excuse other runtimes that are wrong", async () => {
    const wrong = fake("node-webgpu", (data) => {
      for (let i = 0; i < data.length; i += 3) data[i] = (data[i] as number) + 0.3;
    });
    const { runner } = breaking([lost]);
    const report = await runParity({
      ...{ modelPath, inputs },
      runners: [fake("tfjs"), fake("node-cpu"), wrong, runner],
    });
    expect(report).toMatchObject({ verdict: "fail", because: "node-webgpu: fail" });
  });

  it("leaves a comparison of two files open", async () => {
    const { runner } = breaking([lost]);
    const report = await runAgainst({
      ...{ modelPath, againstPath: modelPath, inputs },
      runtimes: ["web-webgpu"],
      runners: [runner],
    });
    expect(report.runtimes[0]).toMatchObject({ status: "unavailable" });
    expect(report.verdict).toBe("inconclusive");
  });

  it("leaves a setting of a sweep open", async () => {
    const endings = [null, null, lost];
    const { runner } = breaking(endings);
    const report = await runParity({
      ...{ modelPath, inputs },
      runners: [fake("tfjs"), fake("node-cpu"), runner],
      sweep: ["repeat"],
    });
    const own = report.sweeps.find(({ runtime }) => runtime === "web-webgpu");
    expect(own?.variants.map(({ status }) => status)).toEqual([
      "pass",
      ...Array.from({ length: (own?.variants.length ?? 0) - 1 }, () => "inconclusive"),
    ]);
    expect(report.verdict).toBe("inconclusive");
  });
});

describe("a crash", () => {
  it("by this model alone is an error, and fails the report", async () => {
    const { runner, asked } = breaking([crash]);
    const report = await parity(runner);
    expect(asked).toEqual(["model.onnx", "addition.onnx"]);
    expect(cellIn(report)).toMatchObject({ status: "error", reason: crash.what });
    expect(report.verdict).toBe("fail");
  });

  it.each([
    ["crash", crash],
    ["loss", lost],
  ])("by one addition too (a %s) is the machine's", async (_, addition) => {
    const report = await parity(breaking([crash], addition).runner);
    expect(cellIn(report)).toMatchObject({
      status: "unavailable",
      reason: expect.stringContaining("at one addition too"),
    });
    expect(report.verdict).toBe("pass");
  });

  it("is the model's where one addition fails in another way", async () => {
    const other = new CongruentError({ code: "E_RUN", what: "no such file" });
    const report = await parity(breaking([crash], other).runner);
    expect(cellIn(report)).toMatchObject({ status: "error" });
    expect(report.verdict).toBe("fail");
  });
});
