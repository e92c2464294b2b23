import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError, type RuntimeId, tensor } from "@congruent/core";
import type { SweepAxis } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { fake } from "./fixtures/fake-runner.js";
import { type Runner, type RunnerJob, runParity } from "./index.js";
import { runnerOf } from "./runners/index.js";

jest.setTimeout(timeLimits.programs);

const pixels = Float32Array.from({ length: 120 }, (_, i) => (i * 53) % 256);
const inputs = { source: "30 pictures", tensors: { pixels: tensor("float32", pixels, [30, 2, 2, 1]) } };

let directory: string;
let modelPath: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sweep-"));
  modelPath = join(directory, "model.onnx");
  await writeFile(modelPath, tinyClassifier().bytes);
});
afterAll(() => rm(directory, { recursive: true }));

const parity = (runners: Runner[], sweep: SweepAxis[]) => runParity({ modelPath, inputs, runners, sweep });

/** A runtime whose numbers depend on the job, by an amount. */
const dependent = (name: RuntimeId, by: (job: RunnerJob) => number): Runner => ({
  ...fake(name),
  threaded: true,
  run: async (job) => ({
    ...(await fake(name, (data) => {
      data[0] = (data[0] as number) + by(job);
    }).run(job)),
    optimization: job.optimization ?? "all",
  }),
});
const rounding = 2 ** -25;

describe("a sweep", () => {
  it("finds and names a runtime that gives other bits each time", async () => {
    let run = 0;
    const restless = dependent("web-wasm", () => run++ * rounding);
    const { sweeps, verdict } = await parity([fake("node-cpu"), restless], ["repeat"]);
    expect(sweeps).toMatchObject([
      { axis: "repeat", runtime: "node-cpu", because: "5 runs give the same bits" },
      {
        axis: "repeat",
        runtime: "web-wasm",
        because: expect.stringMatching(
          /^nondeterministic: 4 of 5 runs give other bits than the first, by up to 1.2e-7/,
        ),
      },
    ]);
    // Within its bounds it is named, and no failure.
    expect(verdict).toBe("pass");
  });

  it("tells which setting changes the numbers beyond their bounds, and fails", async () => {
    const rewritten = dependent("web-wasm", ({ optimization = "all" }) =>
      optimization === "basic" ? 0.1 : 0,
    );
    const { sweeps, verdict, because } = await parity([fake("node-cpu"), rewritten], ["optimization"]);
    const [sweep] = sweeps;
    expect(sweep?.variants.map(({ value, status, sameBits }) => [value, status, sameBits])).toEqual([
      ["disabled", "pass", true],
      ["basic", "fail", false],
      ["extended", "pass", true],
      ["all", "pass", true],
    ]);
    expect(sweep?.variants[1]).toMatchObject({
      fromFirst: expect.closeTo(0.1, 6),
      fromBaseline: expect.closeTo(0.1, 6),
    });
    expect(verdict).toBe("fail");
    expect(because).toMatch(/^web-wasm, swept over optimization: basic: probabilities differs by 0.1/);
  });

  it("says what numbers depend on when they stay within their bounds", async () => {
    const ordered = dependent("web-wasm", ({ threads = 1 }) => (threads - 1) * rounding);
    const { sweeps } = await parity([fake("node-cpu"), ordered], ["threads", "batch"]);
    expect(sweeps.map(({ axis, runtime, because }) => [axis, runtime, because])).toEqual([
      [
        "threads",
        "web-wasm",
        expect.stringMatching(/the number of threads changes the numbers within their bounds, by up to/),
      ],
      ["batch", "node-cpu", "the same bits for every value of the batch size"],
      ["batch", "web-wasm", "the same bits for every value of the batch size"],
    ]);
  });

  it("keeps a setting that breaks the runtime in its row, and continues", async () => {
    const fragile = dependent("web-wasm", ({ batching }) => {
      if (batching.mode !== "split" || batching.size !== 7) return 0;
      throw new CongruentError({ code: "E_CRASH", what: "the process was ended by SIGSEGV" });
    });
    const { sweeps, verdict } = await parity([fake("node-cpu"), fragile], ["batch"]);
    expect(sweeps[1]?.variants.map(({ status }) => status)).toEqual(["pass", "pass", "error", "pass"]);
    expect(sweeps[1]?.because).toBe("batch 7: the process was ended by SIGSEGV");
    expect(verdict).toBe("fail");
  });

  it("runs a real runtime under every optimization level and batch size", async () => {
    const { sweeps } = await parity([runnerOf("node-cpu")], ["optimization", "batch"]);
    for (const { variants, samples } of sweeps) {
      expect(samples).toBe(30);
      expect(variants).toHaveLength(4);
      for (const variant of variants) expect(variant).toMatchObject({ status: "pass" });
    }
  });
});
