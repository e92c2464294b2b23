/** What a time limit for people who wait leaves of a comparison: never a wrong pass, never a lost sample. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError, type RuntimeId, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { fake } from "./fixtures/fake-runner.js";
import { type ParityOptions, type Runner, runParity } from "./index.js";
import type { RunnerJob } from "./runner.js";
import { runnerOf } from "./runners/index.js";

jest.setTimeout(timeLimits.programs);

const SAMPLES = 10;
const pixels = Float32Array.from({ length: 4 * SAMPLES }, (_, i) => (i * 53) % 256);
const inputs = {
  source: "ten pictures",
  tensors: { pixels: tensor("float32", pixels, [SAMPLES, 2, 2, 1]) },
};

let directory: string;
let modelPath: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "budget-"));
  modelPath = join(directory, "model.onnx");
  await writeFile(modelPath, tinyClassifier().bytes);
});
afterAll(() => rm(directory, { recursive: true }));

const parity = (runners: Runner[], more: Partial<ParityOptions> = {}) =>
  runParity({ modelPath, inputs, runners, limits: { referenceMs: 60_000, othersMs: 60_000 }, ...more });

/** Wrong from the sample `from` on. */
const wrongFrom = (id: RuntimeId, from: number): Runner =>
  fake(id, (data) => {
    for (let i = 3 * from; i < data.length; i += 3) data[i] = (data[i] as number) + 0.5;
  });

/** A runtime that does `done` samples in the time that it has, and all where it has no limit. */
const slow = (runner: Runner, done: number): Runner => ({
  ...runner,
  async run(job) {
    const { budgetMs } = job;
    if (budgetMs === undefined || done >= SAMPLES) return runner.run(job);
    if (done === 0) throw new CongruentError({ code: "E_TIMEOUT", what: "no answer within 5 s" });
    return { ...(await runner.run({ ...job, cap: done })), cut: { of: SAMPLES, seconds: budgetMs / 1000 } };
  },
});

/** Takes as many samples as it is told, and says how. */
const asked = (jobs: RunnerJob[], runner: Runner): Runner => ({
  ...runner,
  run: (job) => {
    jobs.push(job);
    return runner.run(job);
  },
});
const reference: Runner = { ...fake("reference"), isReference: true };

describe("a comparison in limited time", () => {
  it("fails a runtime exactly where it did a sample that is wrong, and says how many each did", async () => {
    const count = fc.integer({ min: 0, max: SAMPLES });
    await fc.assert(
      fc.asyncProperty(count, count, count, async (done, from, ofReference) => {
        fc.pre(ofReference > 0);
        const { cells, verdict, because, notes } = await parity([
          slow(reference, ofReference),
          fake("node-cpu"),
          slow(wrongFrom("web-wasm", from), done),
        ]);
        const cell = cells.find(({ runtime }) => runtime === "web-wasm");
        const status = done === 0 ? "unavailable" : from < done ? "fail" : "pass";
        // Where the reference did not look, two runtimes differ and it is asked: it finds the wrong one.
        expect([cell?.status, cell?.samples]).toEqual([status, done]);
        expect(verdict).toBe(status === "fail" ? "fail" : "pass");
        expect(cell?.cut?.of ?? null).toBe(done < SAMPLES ? SAMPLES : null);
        if (done < SAMPLES && status !== "fail") expect(because).toContain(`web-wasm ${done} of ${SAMPLES}`);
        if (done < SAMPLES && done > 0)
          expect(notes.join()).toContain(`web-wasm: ${done} of ${SAMPLES} samples`);
      }),
      { numRuns: 60 },
    );
  });

  it("does not end a runtime of which it was said how many samples it runs", async () => {
    const { cells, verdict } = await parity(
      [reference, fake("node-cpu"), slow(wrongFrom("web-wasm", 9), 3)],
      { samples: { "web-wasm": SAMPLES } },
    );
    expect([verdict, cells.at(-1)?.samples, cells.at(-1)?.cut]).toEqual(["fail", SAMPLES, null]);
  });

  it("is an error for a runtime that does not answer where no time is limited", async () => {
    const hangs: Runner = {
      ...fake("web-wasm"),
      run: () => Promise.reject(new CongruentError({ code: "E_TIMEOUT", what: "no answer within 300 s" })),
    };
    const { cells, verdict } = await parity([reference, fake("node-cpu"), hangs], { limits: {} });
    expect([cells.at(-1)?.status, verdict]).toEqual(["error", "fail"]);
  });

  it("gives each runtime its part of the time, the reference its own, and none to what looks for causes", async () => {
    const jobs: RunnerJob[] = [];
    const causes: RunnerJob[] = [];
    await parity(
      [asked(jobs, reference), asked(jobs, fake("node-cpu")), asked(jobs, wrongFrom("web-wasm", 0))],
      {
        limits: { referenceMs: 7000, othersMs: 40_000 },
        diagnose: async (_, { job }) => {
          causes.push(job);
          return {};
        },
      },
    );
    const [ofReference, ...others] = jobs.map(({ budgetMs }) => Math.round((budgetMs ?? 0) / 1000));
    expect([ofReference, ...others.slice(0, 2)]).toEqual([7, 20, 40]);
    expect(causes.map(({ budgetMs }) => budgetMs)).toEqual([undefined]);
  });

  it("keeps what node-cpu has done when its time is over", async () => {
    const many = 20_000;
    const tensors = { pixels: tensor("float32", new Float32Array(4 * many), [many, 2, 2, 1]) };
    const job = {
      modelPath,
      layersDirectory: null,
      webApp: null,
      inputs: tensors,
      cap: null,
      timeoutMs: 100_000,
    };
    const heard: number[] = [];
    // A batch of one sample takes about as long as the way of its answer: 20,000 take longer than a second.
    const run = (budgetMs: number) =>
      runnerOf("node-cpu").run({
        ...job,
        batching: { mode: "split", size: 1 },
        budgetMs,
        onDone: ({ samples }) => heard.push(samples),
      });
    let found: Awaited<ReturnType<typeof run>> | undefined;
    for (let seconds = 2; !found; seconds *= 2) found = await run(seconds * 1000).catch(() => undefined);
    expect(found.samples).toBe(heard.at(-1));
    expect(found.outputs.probabilities?.dims).toEqual([found.samples, 3]);
    expect(found.placement?.fallbacks).toEqual([]);
    expect(found.cut?.of ?? many).toBe(many);
  });
});
