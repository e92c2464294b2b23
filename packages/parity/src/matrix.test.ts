/** @needs browser */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseRuntimeId, type RuntimeId, tensor } from "@congruent/core";
import { askScript } from "@congruent/core/process";
import { timeLimits } from "@congruent/core/testing";
import { tinyClassifier, tinyProbabilities } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { fake } from "./fixtures/fake-runner.js";
import { type ParityOptions, type Runner, runParity } from "./index.js";
import { runnerOf } from "./runners/index.js";
import { reference } from "./runners/reference.js";
import { runInBrowser } from "./web/run-in-browser.js";

jest.setTimeout(timeLimits.programs);

const pixels = Float32Array.from({ length: 40 }, (_, i) => (i * 53) % 256);
const inputs = { source: "ten pictures", tensors: { pixels: tensor("float32", pixels, [10, 2, 2, 1]) } };

let directory: string;
let modelPath: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "matrix-"));
  modelPath = join(directory, "model.onnx");
  await writeFile(modelPath, tinyClassifier().bytes);
});
afterAll(() => rm(directory, { recursive: true }));

const parity = (runners: Runner[], more: Partial<ParityOptions> = {}) =>
  runParity({ modelPath, inputs, runners, ...more });

/** Adds to every probability of the first class. */
const off = (name: RuntimeId, by: number) =>
  fake(name, (data) => {
    for (let i = 0; i < data.length; i += 3) data[i] = (data[i] as number) + by;
  });
const nodeCpu = runnerOf("node-cpu");
const asReference = (name: RuntimeId): Runner => ({ ...fake(name), isReference: true });

describe("runtimes that break", () => {
  /** A runner whose process does what the fixture does. */
  const child = (id: RuntimeId, fixture: string, limits: object): Runner => ({
    ...parseRuntimeId(id),
    async run() {
      const script = new URL(`./fixtures/${fixture}.js`, import.meta.url);
      await askScript({ script, request: {}, timeoutMs: 150_000, ...limits });
      throw new Error("the fixture answered");
    },
  });
  const hangs: Runner = {
    ...parseRuntimeId("web-webgpu"),
    run: (job) => {
      const webApp = fileURLToPath(new URL("../fixtures/hangs", import.meta.url));
      return runInBrowser({ ...job, webApp, timeoutMs: 5000 }, "web-wasm");
    },
  };

  it("say so in their cells: a crash, a hang, a page that hangs and one that eats memory; the rest stands", async () => {
    const report = await parity([
      child("tfjs", "child-crashes", {}),
      child("node-webgpu", "child-hangs", { timeoutMs: 1500 }),
      ...(process.platform === "linux"
        ? [child("node-cuda", "child-eats-memory", { memoryBytes: 2 ** 28 })]
        : []),
      hangs,
      fake("node-cpu"),
      fake("web-wasm"),
    ]);
    const seen = Object.fromEntries(
      report.cells.map(({ runtime, status, reason }) => [runtime, [status, reason]]),
    );
    expect(seen).toMatchObject({
      tfjs: ["error", expect.stringMatching(/SIGSEGV \(a crash in native code\).*the device was lost/)],
      "node-cpu": ["pass", null],
      "node-webgpu": ["error", expect.stringContaining("no answer within 1.5 s")],
      ...(process.platform === "linux"
        ? { "node-cuda": ["unavailable", expect.stringMatching(/MiB of memory/)] }
        : {}),
      "web-wasm": ["pass", null],
      // Without a browser it is absent, which is told as well.
      "web-webgpu": [
        expect.stringMatching(/error|unavailable/),
        expect.stringMatching(/did not answer within 5 s; the page said: out of memory on the GPU|browser/),
      ],
    });
    expect(report).toMatchObject({ verdict: "fail", baseline: "node-cpu" });
  });
});

describe("a reference", () => {
  it("says who is off, and by how much, on the samples that it took", async () => {
    const report = await parity([asReference("tfjs"), off("web-webgpu", 0.4), off("node-cpu", 2 ** -24)], {
      samples: { tfjs: 4 },
    });
    expect(report.attribution).toBe(
      "web-webgpu is off by 0.4, node-cpu by 6.0e-8 (largest difference from the reference on 4 samples)",
    );
    expect(report.baseline).toBe("node-cpu");
    expect(
      report.cells.map(({ runtime, status, samples, reference }) => [
        runtime,
        status,
        samples,
        reference?.samples,
      ]),
    ).toEqual([
      ["tfjs", "pass", 4, undefined],
      ["node-cpu", "pass", 10, 4],
      ["web-webgpu", "fail", 10, 4],
    ]);
    expect(report.cells[2]?.reason).toMatch(/^against the reference: .*probabilities differs by 0.4/);
  });

  it("blames the first runtime where the first is wrong, and makes another one the baseline", async () => {
    const report = await parity([
      asReference("tfjs"),
      off("node-cpu", 0.3),
      fake("web-wasm"),
      fake("node-webgpu"),
    ]);
    expect(report).toMatchObject({ baseline: "node-webgpu", verdict: "fail", because: "node-cpu: fail" });
  });

  it("is a witness of its own", async () => {
    expect(await parity([asReference("tfjs"), fake("node-cpu")])).toMatchObject({ verdict: "pass" });
  });

  it("catches what comes after its samples by the baseline", async () => {
    const late = fake("web-wasm", (data) => {
      data[27] = 0.9;
    });
    const report = await parity([asReference("tfjs"), fake("node-cpu"), late], { samples: { tfjs: 4 } });
    expect(report.cells[2]).toMatchObject({
      status: "fail",
      reference: { outputs: [{ within: true }, { within: true }] },
    });
  });

  it("lets the ledger speak of the baseline too", async () => {
    const expectation = { model: "tiny", runtime: "node-cpu" as const, reason: "known" };
    const ledger = { schema: "congruent/expectations@1" as const, expect: [expectation] };
    const without = await parity([fake("node-cpu"), fake("web-wasm")], { ledger });
    expect(without.unusedExpectations).toEqual([
      {
        entry: 0,
        runtime: "node-cpu",
        browser: null,
        reason: "known",
        why: "it is the baseline, which is compared with nothing",
      },
    ]);
    const runners = [asReference("tfjs"), off("node-cpu", 0.3), fake("web-wasm")];
    const found = await parity(runners, { ledger });
    expect(found.cells[1]).toMatchObject({ runtime: "node-cpu", status: "expected-fail" });
    expect(found.unusedExpectations).toEqual([]);
  });
});

describe("the reference's error analysis", () => {
  it("bounds each element, says where the bound comes from, and leaves correct runtimes within it", async () => {
    const report = await parity([reference, nodeCpu]);
    expect(report).toMatchObject({ verdict: "pass", baseline: "node-cpu" });
    const found = report.cells[1]?.reference?.outputs.find(({ name }) => name === "probabilities");
    expect(found).toMatchObject({
      within: true,
      why: expect.stringMatching(
        /^error analysis in double precision; most of it from \S+ \(\w+\): .*of which .* % is used/,
      ),
    });
  });

  it("sees a small element that is wrong where a bound for all elements would not", async () => {
    // Weights that make one class a thousand times likelier than another.
    const steep = tinyClassifier([9, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0]);
    const path = join(directory, "steep.onnx");
    await writeFile(path, steep.bytes);
    // A relative error of 2^-12 in the least likely class: far below the rounding of the likeliest one.
    const slightly: Runner = {
      ...nodeCpu,
      ...parseRuntimeId("web-wasm"),
      run: async (job) => {
        const result = await nodeCpu.run(job);
        const data = result.outputs.probabilities?.data as Float32Array;
        const least = data.indexOf(Math.min(...data));
        data[least] = (data[least] as number) * (1 + 2 ** -12);
        return result;
      },
    };
    const without = await parity([nodeCpu, slightly], { modelPath: path });
    expect(without.cells[1]?.status).toBe("pass");
    const held = await parity([reference, nodeCpu, slightly], { modelPath: path });
    expect(held.cells.map(({ runtime, status }) => [runtime, status])).toEqual([
      ["reference", "pass"],
      ["node-cpu", "pass"],
      ["web-wasm", "fail"],
    ]);
  });

  it("gives way to an allowance that was asked for", async () => {
    const report = await parity([reference, nodeCpu], { tolerance: { atol: 1, rtol: 0 } });
    expect(report.cells[1]?.reference?.outputs.map(({ why }) => why)).toContainEqual(
      expect.stringMatching(/^asked for: 1/),
    );
  });
});

describe("values that are no numbers", () => {
  const nan = (name: RuntimeId, from: number) => fake(name, (data) => data.fill(Number.NaN, from));

  it("prove nothing where all are NaN in all", async () => {
    const report = await parity([nan("node-cpu", 0), nan("web-wasm", 0)]);
    expect(report).toMatchObject({
      verdict: "inconclusive",
      because: expect.stringMatching(/every value of probabilities is NaN/),
    });
  });

  it("fail where they stand elsewhere, with the place", async () => {
    const report = await parity([fake("tfjs"), fake("node-cpu"), nan("web-wasm", 29)]);
    expect(report.cells[2]).toMatchObject({
      status: "fail",
      reason: expect.stringMatching(/NaN instead of \S+ at \[9, 2\]/),
    });
  });
});

describe("the gate", () => {
  // Moves every probability without changing an order, and beyond any rounding.
  const scaled = fake("web-wasm", (data) => {
    for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) * 0.9;
  });
  const flipped = fake("web-wasm", (data) => {
    const row = data.subarray(0, 3);
    const [best, worst] = [row.indexOf(Math.max(...row)), row.indexOf(Math.min(...row))];
    [row[best], row[worst]] = [row[worst] as number, row[best] as number];
  });
  const statuses = async (runner: Runner, gate: ParityOptions["gate"]) =>
    (await parity([fake("tfjs"), fake("node-cpu"), runner], { gate })).cells[2]?.status;

  it("is on numbers, on flips or on both", async () => {
    expect(await statuses(scaled, { on: "numbers" })).toBe("fail");
    expect(await statuses(scaled, { on: "flips" })).toBe("pass");
    expect(await statuses(scaled, { on: "both" })).toBe("fail");
    expect(await statuses(flipped, { on: "flips" })).toBe("fail");
    expect(await statuses(flipped, { on: "flips", maxFlips: 1 })).toBe("pass");
  });

  it("counts flips against the reference where the baseline is wrong itself, or wrong alike", async () => {
    const wrong = [off("node-webgpu", 0.9), off("web-webgpu", 0.9)];
    const { cells, verdict } = await parity([asReference("reference"), ...wrong], { gate: { on: "flips" } });
    expect(verdict).toBe("fail");
    expect(cells.map(({ status, decisions }) => [status, (decisions?.flips ?? 0) > 0])).toEqual([
      ["pass", false],
      ["fail", true],
      ["fail", true],
    ]);
  });

  it("reports flips by class, with their interval and what they do to the accuracy", async () => {
    const right = Array.from({ length: 10 }, (_, n) => {
      const wanted = tinyProbabilities(pixels.subarray(n * 4, n * 4 + 4));
      return wanted.indexOf(Math.max(...wanted));
    });
    const report = await parity([fake("tfjs"), flipped], { inputs: { ...inputs, labels: right } });
    expect(report.cells[1]?.decisions).toMatchObject({
      flips: 1,
      interval: [expect.closeTo(0.01788, 5), expect.closeTo(0.40415, 5)],
      perClass: [{ flips: 1 }],
      correct: { baseline: 10, observed: 9 },
    });
  });
});

describe("variants", () => {
  const threads: Runner["run"] = async (job) => ({
    ...(await fake("web-wasm").run(job)),
    threads: job.threads ?? 1,
  });
  const runner: Runner = {
    ...fake("web-wasm"),
    variants: [{ name: "4 threads", job: { threads: 4 } }],
    run: threads,
  };

  it("are cells of their own, and no independent witnesses", async () => {
    const report = await parity([runner]);
    expect(report.cells.map(({ variant, threads }) => [variant, threads])).toEqual([
      [null, 1],
      ["4 threads", 4],
    ]);
    expect(report).toMatchObject({
      verdict: "inconclusive",
      because: expect.stringContaining("web-wasm, web-wasm (4 threads) agree"),
    });
  });

  it("are left out by default where runtimes are named", async () => {
    const named = { runtimes: ["web-wasm"] as const };
    expect((await parity([runner], named)).cells).toHaveLength(1);
    expect((await parity([runner], { ...named, variants: true })).cells).toHaveLength(2);
  });
});

describe("placement", () => {
  const placed: Runner = {
    ...fake("web-wasm"),
    run: async (job) => ({
      ...(await fake("web-wasm").run(job)),
      placement: {
        source: "a profile",
        expected: "WebGpuExecutionProvider",
        providers: { WebGpuExecutionProvider: 4, CPUExecutionProvider: 1 },
        fallbacks: [{ node: "pool", opType: "MaxPool", provider: "CPUExecutionProvider" }],
      },
    }),
  };

  it("names the nodes that fell back, and fails for them only when told", async () => {
    const without = await parity([fake("tfjs"), placed]);
    expect(without.cells[1]).toMatchObject({ status: "pass", placement: { fallbacks: [{ node: "pool" }] } });
    const required = await parity([fake("tfjs"), placed], { requireEp: true });
    expect(required.cells[1]).toMatchObject({
      status: "fail",
      reason: "1 of 5 nodes did not run on WebGpuExecutionProvider: pool (MaxPool) on CPUExecutionProvider",
    });
  });
});

describe("a diagnosis", () => {
  it("becomes part of a failing cell before the ledger is asked", async () => {
    const node = {
      node: "conv2",
      opType: "Conv",
      index: 4,
      output: "y",
      maxAbs: 0.4,
      mode: "isolated",
    } as const;
    const asked: RuntimeId[] = [];
    const report = await parity([fake("tfjs"), fake("node-cpu"), off("web-webgpu", 0.4)], {
      diagnose: async (cell) => {
        asked.push(cell.runtime);
        return { firstDivergence: node };
      },
      ledger: {
        schema: "congruent/expectations@1",
        expect: [{ model: "*", runtime: "web-webgpu", node: "conv2", reason: "known" }],
      },
    });
    expect(asked).toEqual(["web-webgpu"]);
    expect(report.cells[2]).toMatchObject({ status: "expected-fail", firstDivergence: node });
  });

  it("is not done for the reference, which is unavailable where it breaks", async () => {
    const asked: RuntimeId[] = [];
    const late: Runner = { ...asReference("tfjs"), run: () => Promise.reject(new Error("no answer")) };
    const { cells } = await parity([late, fake("node-cpu"), fake("web-wasm"), off("web-webgpu", 0.4)], {
      diagnose: async (cell) => {
        asked.push(cell.runtime);
        return {};
      },
    });
    expect(asked).toEqual(["web-webgpu"]);
    // What a reference cannot compute says nothing of the model.
    expect(cells[0]).toMatchObject({ runtime: "tfjs", status: "unavailable", reason: "no answer" });
  });
});
