import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CongruentError, checked, parseRuntimeId, type RuntimeId } from "@congruent/core";
import { inferBenchSchema } from "@congruent/core/schemas";
import type { Runner, RunnerJob } from "@congruent/parity";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { benchInfer } from "./bench-infer.js";
import type { Evaluator } from "./evaluators/index.js";

const lenet = fileURLToPath(new URL("../../../models/lenet/model.onnx", import.meta.url));

/** Takes so many milliseconds for a run, a hundred times as long for the warm-up; as many samples at most as the cap says. */
function fake(
  id: RuntimeId,
  milliseconds: number,
  cap = Number.POSITIVE_INFINITY,
): Runner & { jobs: RunnerJob[] } {
  const jobs: RunnerJob[] = [];
  return {
    ...parseRuntimeId(id),
    jobs,
    run: async (job) => {
      jobs.push(job);
      const batch = sizeOf(job);
      const count = Math.floor(Math.min(job.inputs.pixels?.dims[0] ?? 0, cap) / batch);
      const warmUp = Math.min(batch === 1 ? 20 : 3, Math.floor(count / 2));
      const runs = Array.from({ length: count }, (_, i) => (i < warmUp ? 100 : 1) * milliseconds * batch);
      return {
        outputs: {},
        samples: count * batch,
        versions: { fake: "1" },
        adapter: "an adapter",
        threads: 2,
        seconds: 1,
        timings: { load: 10 * jobs.length, runs },
      };
    },
  };
}

const sizeOf = ({ batching }: RunnerJob) => (batching.mode === "fixed" ? batching.size : 1);

const failing = (id: RuntimeId, error: Error): Runner => ({
  ...parseRuntimeId(id),
  run: async () => {
    throw error;
  },
});
const absent = new CongruentError({ code: "E_RUNTIME_UNAVAILABLE", what: "there is no GPU", exit: 3 });

describe("benchInfer", () => {
  it("pools the runs of all rounds without the warm-up, in turns", async () => {
    const cpu = fake("node-cpu", 2);
    const web = fake("web-wasm", 3, 500);
    const broken = failing("web-webgpu", new Error("the page crashed"));
    const runners = [cpu, web, failing("node-webgpu", absent), broken];
    const bench = await benchInfer({ models: [lenet], rounds: 2, evaluationRounds: 0, runners });
    expect(checked(bench, inferBenchSchema, "the result")).toEqual(bench);
    const [model] = bench.models;
    // STUDIES: LeNet's weights, counted by hand: 156 + 2,416 + 48,120 + 10,164 + 850.
    expect(model).toMatchObject({ name: "lenet", parameters: 62_558, evaluation: null });
    expect(model?.runtimes).toMatchObject([
      {
        runtime: "node-cpu",
        status: "measured",
        threads: 2,
        // Loads of 10 to 40 ms.
        loadMs: 25,
        batches: [
          { batch: 1, runs: 400, p50Ms: 2, p95Ms: 2, imagesPerSecond: 500 },
          { batch: 64, runs: 60, p50Ms: 128, p95Ms: 128, imagesPerSecond: 500 },
        ],
      },
      // 500 samples are 7 batches of 64, of which 3 are warm-up.
      { runtime: "web-wasm", batches: [{ runs: 400 }, { runs: 8, p50Ms: 192 }] },
      { runtime: "node-webgpu", status: "unavailable", reason: "there is no GPU", batches: [] },
      { runtime: "web-webgpu", status: "failed", reason: "the page crashed", batches: [] },
    ]);
    expect(cpu.jobs.map((job) => [sizeOf(job), job.timed])).toEqual([
      [1, true],
      [64, true],
      [1, true],
      [64, true],
    ]);
    expect(cpu.jobs[1]?.inputs.pixels?.dims).toEqual([33 * 64, 28, 28, 1]);
  });

  it("refuses a runtime that was asked for and is absent, and one that cannot be timed", async () => {
    const runners = [fake("node-cpu", 1), failing("node-webgpu", absent)];
    const options = { models: [lenet], rounds: 1, evaluationRounds: 0, runners };
    await expect(benchInfer({ ...options, runtimes: ["node-webgpu"] })).rejects.toMatchObject({
      code: "E_RUNTIME_UNAVAILABLE",
      exit: 3,
    });
    await expect(benchInfer({ ...options, runtimes: ["reference"] })).rejects.toMatchObject({
      code: "E_BENCH_RUNTIME",
    });
  });
});

describe("the evaluation", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-bench-test-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A process that claims so many milliseconds for an evaluation; its probabilities are this project's own, if it is to be let in. */
  async function claims(name: string, pace: number, off = 0): Promise<Evaluator> {
    const script = join(folder, `${name}.cjs`);
    await writeFile(
      script,
      `const say = (message) => console.log(JSON.stringify(message));
      const [logs, pace, off] = JSON.parse(process.argv[2]);
      say({ ready: { logProbabilities: logs.map((log) => log + off), versions: {} } });
      require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
        say({ milliseconds: pace * JSON.parse(line).steps, loss: 0.01, peakBytes: null });
      });`,
    );
    let logs: readonly number[] = [];
    return {
      name,
      title: name,
      peer: name !== "ours",
      configurations: ({ logProbabilities }) => {
        logs = logProbabilities;
        return [{ title: "as it is", values: {} }];
      },
      command: () => ({ command: process.execPath, args: [script, JSON.stringify([logs, pace, off])] }),
    };
  }

  it("is a ratio of medians of contenders that compute the same", async () => {
    const evaluators = [
      await claims("ours", 900),
      await claims("theirs", 1000),
      await claims("another-model", 1, 0.01),
    ];
    const runners: Runner[] = [];
    const { models } = await benchInfer({ models: [lenet], evaluationRounds: 2, runners, evaluators });
    const evaluation = models[0]?.evaluation;
    expect(evaluation?.samples).toBe(10_000);
    expect(evaluation?.toPython).toBeCloseTo(0.9, 10);
    expect(evaluation?.contenders).toMatchObject([
      { name: "ours", status: "measured", rounds: [900, 900], milliseconds: 900 },
      { name: "theirs", status: "measured", milliseconds: 1000 },
      {
        name: "another-model",
        status: "failed",
        reason: expect.stringMatching(/differ from ours by up to 0\.01/),
      },
    ]);
  });
});
