import { tinyClassifier } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import { loadOn } from "../load.js";
import type { LoadOptions } from "../options.js";
import { FakePlatform, type FakeRuntime } from "../testing/fake-platform.js";
import { tinyPassport } from "../testing/tiny-passport.js";
import type { Selection } from "./selection.js";

const { bytes } = tinyClassifier();
const passport = tinyPassport();
/** Of another class for the first golden picture. */
const WRONG = [0, 1, -1, 0, 2, 0, -1, 0, 1, 0.5, -0.5, 0];

const load = (platform: FakePlatform, options: LoadOptions = {}) =>
  loadOn(platform, bytes, { passport, ...options });
const auto = (platform: FakePlatform, options: LoadOptions = {}) =>
  load(platform, { runtime: "auto", ...options });
const never = () => new Promise<never>(() => undefined);

describe("auto", () => {
  it("takes the fastest of those that are right, closes the others, and tells what it did", async () => {
    const platform = new FakePlatform([
      { runtime: "node-cuda", takes: 9 },
      { runtime: "node-webgpu", takes: 2 },
      { runtime: "node-cpu", takes: 5 },
    ]);
    const told: Selection[] = [];
    const model = await auto(platform, { onSelect: (selection) => told.push(selection) });
    expect(model.runtime).toBe("node-webgpu");
    expect(platform.openSessions).toBe(1);
    expect(told).toEqual([model.selection]);
    expect(model.selection).toMatchObject({
      runtime: "node-webgpu",
      cure: null,
      verified: true,
      remembered: false,
    });
    expect(model.selection?.tried.map(({ runtime, status, seconds }) => [runtime, status, seconds])).toEqual([
      ["node-cuda", "right", 0.009],
      ["node-webgpu", "right", 0.002],
      ["node-cpu", "right", 0.005],
    ]);
    expect((await model.classify([Float32Array.of(255, 0, 0, 0)]))[0]?.label).toBe("left");
    await model.close();
    expect(platform.openSessions).toBe(0);
  });

  it("skips what is wrong, broken, hung or absent, however fast, and names each with its worst output", async () => {
    const platform = new FakePlatform([
      { runtime: "web-webgpu", weights: WRONG, takes: 0 },
      { runtime: "web-jsep", open: never },
      { runtime: "web-wasm", open: () => Promise.reject(new Error("no such kernel")) },
      { runtime: "node-cuda", absent: "there is no GPU" },
      { runtime: "node-cpu", takes: 100 },
    ]);
    const model = await auto(platform, { attemptMs: 200 });
    expect(model.runtime).toBe("node-cpu");
    const [wrong, hung, failed, absent] = model.selection?.tried ?? [];
    expect(wrong).toMatchObject({
      status: "wrong",
      reason: expect.stringMatching(/^label differs .*probabilities differs by 0\.\d+, more than/),
      worst: { output: "probabilities", bound: 1e-6, why: "a few roundings of values up to 1" },
      seconds: null,
    });
    // softmax(0, 1 + 0.0…) instead of softmax(1, …): half of everything moves.
    expect(wrong?.worst?.maxAbs).toBeGreaterThan(0.1);
    expect(hung).toMatchObject({ status: "hung", reason: "it was not done after 0.2 s", worst: null });
    expect(failed?.status).toBe("unavailable");
    expect(failed?.reason).toContain("no such kernel");
    expect(absent).toMatchObject({ status: "unavailable", reason: "there is no GPU" });
    expect(platform.openSessions).toBe(1);
    await model.close();
  });

  it("is aborted while a runtime hangs, and closes the one that was right", async () => {
    const platform = new FakePlatform([{ runtime: "node-cpu" }, { runtime: "node-webgpu", open: never }]);
    const controller = new AbortController();
    const refused = expect(auto(platform, { signal: controller.signal })).rejects.toMatchObject({
      code: "E_ABORTED",
      cause: "enough",
    });
    while (platform.opened.length < 2) await new Promise(setImmediate);
    controller.abort("enough");
    await refused;
    expect(platform.openSessions).toBe(0);
  });

  it("tries the passport's cure before it skips, and says so", async () => {
    const platform = new FakePlatform([
      {
        runtime: "node-webgpu",
        weights: WRONG,
        curedBy: ({ session }) => session?.provider.forceCpuNodeNames?.toString() === "conv2",
      },
      { runtime: "node-cpu", takes: 7 },
    ]);
    const options = { executionProviders: [{ name: "webgpu", forceCpuNodeNames: ["conv2"] }] };
    const cell = {
      runtime: "node-webgpu",
      browser: null,
      status: "fail",
      samples: 3,
      cure: options,
    } as const;
    const cured = { ...passport, parity: { ...passport.parity, cells: [cell] } };
    const model = await auto(platform, { passport: cured });
    expect(model.runtime).toBe("node-webgpu");
    expect(model.selection).toMatchObject({
      cure: { optimization: null, session: { provider: { forceCpuNodeNames: ["conv2"] }, config: {} } },
    });
    await model.close();
    // An app with settings of its own gets these, or nothing.
    const own = await auto(platform, { passport: cured, optimization: "basic", remember: false });
    expect(own.runtime).toBe("node-cpu");
    await own.close();
    expect(platform.openSessions).toBe(0);
  });

  it("leaves a stand-in alone unless what it stands in for is wrong", async () => {
    const standIn = { runtime: "web-jsep", insteadOf: "web-webgpu", takes: 0 } as const;
    const wasm = { runtime: "web-wasm", takes: 3 } as const;
    for (const [first, opened, status] of [
      [{ runtime: "web-webgpu" }, ["web-webgpu", "web-wasm"], "not tried"],
      [{ runtime: "web-webgpu", absent: "no adapter" }, ["web-wasm"], "not tried"],
      [{ runtime: "web-webgpu", weights: WRONG }, ["web-webgpu", "web-jsep", "web-wasm"], "right"],
    ] as [FakeRuntime, string[], string][]) {
      const platform = new FakePlatform([first, standIn, wasm]);
      const model = await auto(platform);
      expect([platform.opened, model.selection?.tried[1]?.status]).toEqual([opened, status]);
      await model.close();
    }
  });

  it("refuses with E_DIVERGES where none is right, naming all, and with E_RUNTIME_UNAVAILABLE where none is there", async () => {
    const wrong = new FakePlatform([
      { runtime: "node-webgpu", weights: WRONG },
      { runtime: "node-cpu", weights: WRONG },
    ]);
    await expect(auto(wrong)).rejects.toMatchObject({
      code: "E_DIVERGES",
      exit: 1,
      message: expect.stringMatching(/node-webgpu is wrong: .*\n.*node-cpu is wrong: /),
    });
    expect(wrong.openSessions).toBe(0);
    const absent = new FakePlatform([
      { runtime: "node-webgpu", absent: "no driver" },
      { runtime: "node-cuda", absent: "no GPU" },
    ]);
    await expect(auto(absent)).rejects.toMatchObject({ code: "E_RUNTIME_UNAVAILABLE", exit: 3 });
  });

  it("keeps to the runtimes that it may take", async () => {
    const platform = new FakePlatform([{ runtime: "node-webgpu" }, { runtime: "node-cpu", takes: 9 }]);
    const model = await auto(platform, { runtimes: ["node-cpu"] });
    expect([model.runtime, platform.opened]).toEqual(["node-cpu", ["node-cpu"]]);
    await model.close();
    await expect(auto(platform, { runtimes: ["web-wasm"] })).rejects.toMatchObject({ code: "E_OPTION" });
  });

  it.each<[string, LoadOptions]>([
    ["auto without a passport", { runtime: "auto" }],
    ["auto that shall verify nothing", { runtime: "auto", passport, verify: "never" }],
    ["a verification without a passport", { verify: "always" }],
    ["a choice of one runtime", { runtime: "node-cpu", passport, runtimes: ["node-cpu"] }],
  ])("refuses %s", async (_, options) => {
    const platform = new FakePlatform([{ runtime: "node-cpu" }]);
    await expect(loadOn(platform, bytes, options)).rejects.toMatchObject({ code: "E_OPTION" });
    expect(platform.opened).toEqual([]);
  });
});

describe("a remembered choice", () => {
  const fakes = [
    { runtime: "node-webgpu", takes: 1 },
    { runtime: "node-cpu", takes: 2 },
  ] as const;

  it("is opened without golden inputs and without trying the others", async () => {
    const platform = new FakePlatform(fakes);
    await (await auto(platform)).close();
    const { runs } = platform;
    const model = await auto(platform);
    expect(platform.opened).toEqual(["node-webgpu", "node-cpu", "node-webgpu"]);
    expect(platform.runs).toBe(runs);
    expect(model.selection).toMatchObject({
      runtime: "node-webgpu",
      remembered: true,
      verified: false,
      tried: [],
    });
    await model.close();
  });

  it.each<[string, (platform: FakePlatform) => unknown, LoadOptions]>([
    ["another release of ONNX Runtime", (platform) => Object.assign(platform, { onnxruntime: "1.31.0" }), {}],
    ["another adapter or browser", (platform) => Object.assign(platform, { adapter: "another" }), {}],
    [
      "another passport",
      () => undefined,
      {
        passport: {
          ...passport,
          golden: { ...passport.golden, bounds: { probabilities: { bound: 1e-5, why: "wider" } } },
        },
      },
    ],
    ["a wish to verify always", () => undefined, { verify: "always" }],
    ["a wish not to remember", () => undefined, { remember: false }],
    ["damage", (platform) => platform.kept.forEach((_, key) => void platform.kept.set(key, "{")), {}],
  ])("is made again after %s", async (_, change, options) => {
    const platform = new FakePlatform(fakes);
    await (await auto(platform)).close();
    change(platform);
    const model = await auto(platform, options);
    expect(model.selection).toMatchObject({ remembered: false, verified: true });
    expect(model.selection?.tried).toHaveLength(2);
    await model.close();
    expect(platform.openSessions).toBe(0);
  });

  it("does not outlive the runtime: one that can no longer be opened is tried like the others", async () => {
    const platform = new FakePlatform(fakes);
    await (await auto(platform)).close();
    const later = new FakePlatform([{ ...fakes[0], absent: "unplugged" }, fakes[1]]);
    for (const [key, text] of platform.kept) later.kept.set(key, text);
    const model = await auto(later);
    expect(model.runtime).toBe("node-cpu");
    expect(model.selection?.tried[0]).toMatchObject({ status: "unavailable", reason: "unplugged" });
    await model.close();
  });

  it("that cannot be kept is no failure, and is said", async () => {
    const platform = new FakePlatform(fakes);
    platform.memory = async () => ({
      read: () => Promise.reject(new Error("blocked")),
      write: () => Promise.reject(new Error("the storage is full")),
    });
    const model = await auto(platform);
    expect(model.selection).toMatchObject({ verified: true, notKept: "the storage is full" });
    await model.close();
  });
});

describe("a named runtime with a passport", () => {
  it("is verified the first time, always or never, as it is told", async () => {
    const platform = new FakePlatform([{ runtime: "node-cpu" }]);
    const verified = [];
    for (const verify of ["first", "first", "always", "never"] as const) {
      const before = platform.runs;
      const model = await load(platform, { verify });
      verified.push([model.selection?.verified, platform.runs - before]);
      await model.close();
    }
    expect(verified).toEqual([
      [true, 1],
      [false, 0],
      [true, 1],
      [false, 0],
    ]);
  });

  it("is refused where it is wrong, and is never replaced", async () => {
    const platform = new FakePlatform([{ runtime: "node-webgpu", weights: WRONG }, { runtime: "node-cpu" }]);
    await expect(load(platform, { runtime: "node-webgpu" })).rejects.toMatchObject({
      code: "E_DIVERGES",
      fix: expect.stringContaining('"auto"'),
    });
    expect(platform.opened).toEqual(["node-webgpu"]);
    expect(platform.openSessions).toBe(0);
    // What was wrong is not remembered as verified.
    await expect(load(platform, { runtime: "node-webgpu" })).rejects.toMatchObject({ code: "E_DIVERGES" });
  });

  it("tells its own error where it breaks", async () => {
    const platform = new FakePlatform([{ runtime: "node-cpu", absent: "no library" }]);
    await expect(load(platform)).rejects.toMatchObject({ code: "E_RUNTIME_UNAVAILABLE", fix: "plug it in" });
  });
});

describe("a passport", () => {
  const other = tinyClassifier([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]).bytes;

  it.each<[string, Uint8Array, object]>([
    ["another model", other, passport],
    ["a flipped bit", bytes.map((byte, index) => (index === 300 ? byte ^ 1 : byte)), passport],
    ["a model without its end", bytes.subarray(0, -1), passport],
    ["a passport of another model", bytes, tinyPassport(other)],
  ])("refuses %s before a session is opened", async (_, model, given) => {
    const platform = new FakePlatform([{ runtime: "node-cpu" }]);
    const refused = loadOn(platform, model, { passport: given });
    await expect(refused).rejects.toMatchObject({ code: "E_PASSPORT_MODEL", exit: 2 });
    expect(platform.opened).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", {}, /schema is not "congruent\/passport@1"/],
    ["a newer one", { ...passport, schema: "congruent/passport@2" }, /schema is not/],
    [
      "one without golden inputs",
      { ...passport, golden: { ...passport.golden, inputs: {} } },
      /golden.inputs is empty/,
    ],
    [
      "one without golden outputs",
      { ...passport, golden: { ...passport.golden, outputs: {} } },
      /golden.outputs is empty/,
    ],
    ["a list", [passport], /it is not an object/],
    [
      "an infinite bound",
      {
        ...passport,
        golden: {
          ...passport.golden,
          bounds: { probabilities: { bound: Number.POSITIVE_INFINITY, why: "" } },
        },
      },
      /golden.bounds.probabilities.bound is not a finite number/,
    ],
    [
      "a negative bound",
      { ...passport, golden: { ...passport.golden, bounds: { probabilities: { bound: -1, why: "" } } } },
      /bound is negative/,
    ],
  ])("is refused by code: %s", async (_, given, words) => {
    const platform = new FakePlatform([{ runtime: "node-cpu" }]);
    const refused = loadOn(platform, bytes, { passport: given as object });
    await expect(refused).rejects.toMatchObject({
      code: "E_PASSPORT",
      message: expect.stringMatching(words),
    });
    expect(platform.opened).toEqual([]);
  });

  it("does not hide that the file is no model", async () => {
    const platform = new FakePlatform([{ runtime: "node-cpu" }]);
    const page = new TextEncoder().encode("<!doctype html><p>404");
    await expect(loadOn(platform, page, { passport })).rejects.toMatchObject({
      code: "E_ONNX_INVALID",
      message: expect.stringContaining("an HTML page"),
    });
  });
});
