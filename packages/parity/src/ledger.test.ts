import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { blankCell, type Ledger, type ParityCell } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { readLedger } from "./index.js";
import { applyLedger, unusedExpectations } from "./ledger.js";

jest.setTimeout(timeLimits.programs);

const cell = (change: Partial<ParityCell> = {}): ParityCell => ({
  ...blankCell({ runtime: "web-webgpu", browser: "chromium" }),
  status: "fail",
  reason: "probabilities differs",
  versions: { onnxruntime: "1.30.0" },
  adapter: "google swiftshader",
  ...change,
});
const ledger = (change: Partial<Ledger["expect"][number]> = {}): Ledger => ({
  schema: "congruent/expectations@1",
  expect: [{ model: "lenet", runtime: "web-webgpu", reason: "known", ...change }],
});

const first: ParityCell["firstDivergence"] = {
  node: "conv2",
  opType: "Conv",
  index: 4,
  output: "conv2:0",
  maxAbs: 1,
  mode: "isolated",
};

describe("applyLedger", () => {
  it("turns a matching failure into an expected one, with the reason", () => {
    const seen = applyLedger(cell(), ["lenet"], ledger({ link: "https://example.org/1" }));
    expect(seen).toMatchObject({
      status: "expected-fail",
      reason: "probabilities differs",
      expectation: { reason: "known", link: "https://example.org/1" },
    });
  });

  it("reports a pass that was expected to fail, with what to do", () => {
    const seen = applyLedger(cell({ status: "pass", reason: null }), ["lenet"], ledger());
    expect(seen).toMatchObject({
      status: "unexpected-pass",
      fix: expect.stringContaining("remove the entry"),
    });
  });

  it.each<[string, Partial<Ledger["expect"][number]>, Partial<ParityCell>, string]>([
    ["any model", { model: "*" }, {}, "expected-fail"],
    ["another model", { model: "vgg" }, {}, "fail"],
    ["another runtime", { runtime: "node-webgpu" }, {}, "fail"],
    ["a version inside the range", { versions: ">=1.30.0 <1.31.0" }, {}, "expected-fail"],
    ["a version above the range", { versions: "<1.30.0" }, {}, "fail"],
    [
      "a development version inside",
      { versions: "1.31.x" },
      { versions: { onnxruntime: "1.31.0-dev.2" } },
      "expected-fail",
    ],
    ["an unknown version", { versions: "*" }, { versions: {} }, "fail"],
    ["part of the adapter, in any case", { adapter: "SwiftShader" }, {}, "expected-fail"],
    ["another adapter", { adapter: "nvidia" }, {}, "fail"],
    ["an unknown adapter", { adapter: "nvidia" }, { adapter: null }, "fail"],
    ["the node where it begins", { node: "conv2" }, { firstDivergence: first }, "expected-fail"],
    ["another node", { node: "conv1" }, { firstDivergence: first }, "fail"],
    ["a node that was not searched", { node: "conv2" }, {}, "fail"],
    ["a node, and the runtime agrees", { node: "conv2" }, { status: "pass" }, "unexpected-pass"],
    ["a crash", {}, { status: "error" }, "error"],
    ["an absent runtime", {}, { status: "unavailable" }, "unavailable"],
  ])("%s", (_, entry, change, status) => {
    expect(applyLedger(cell(change), ["lenet"], ledger(entry)).status).toBe(status);
  });
});

describe("unusedExpectations", () => {
  const why = (change: Partial<Ledger["expect"][number]>, cells: ParityCell[], uncompared = {}) =>
    unusedExpectations(cells, ["lenet"], ledger(change), uncompared).map((unused) => unused.why);

  it("says nothing of an entry that excused a failure, or of one for another model", () => {
    expect(why({}, [applyLedger(cell(), ["lenet"], ledger())])).toEqual([]);
    expect(why({ model: "vgg" }, [cell()])).toEqual([]);
  });

  it.each<[string, Partial<Ledger["expect"][number]>, ParityCell[], object, RegExp]>([
    ["not run", {}, [], {}, /not run/],
    ["absent", {}, [cell({ status: "unavailable" })], {}, /not available/],
    ["broken", {}, [cell({ status: "error" })], {}, /error, which no ledger excuses/],
    ["another version", { versions: "<1.30.0" }, [cell()], {}, /ONNX Runtime <1.30.0, and this is 1.30.0/],
    [
      "another adapter",
      { adapter: "nvidia" },
      [cell()],
      {},
      /adapter nvidia, and this is google swiftshader/,
    ],
    ["no bisect", { node: "conv2" }, [cell()], {}, /add --bisect/],
    ["another node", { node: "conv1" }, [cell({ firstDivergence: first })], {}, /begins at conv2/],
    ["the baseline", {}, [cell({ status: "pass" })], { "web-webgpu": "it is the baseline" }, /the baseline/],
  ])("names why an entry was not needed: %s", (_, change, cells, uncompared, expected) => {
    expect(why(change, cells, uncompared)).toEqual([expect.stringMatching(expected)]);
  });
});

describe("readLedger", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ledger-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("reads a file, and this repository's, which excuses nothing", async () => {
    const path = join(directory, "known.json");
    await writeFile(path, JSON.stringify(ledger()));
    expect((await readLedger(path)).expect.map(({ runtime }) => runtime)).toEqual(["web-webgpu"]);
    const own = fileURLToPath(new URL("../../../models/expectations.json", import.meta.url));
    expect((await readLedger(own)).expect).toEqual([]);
  });

  it.each([
    ["no JSON", "{", "E_JSON"],
    ["an unknown field", JSON.stringify({ ...ledger(), more: 1 }), "E_SCHEMA"],
    [
      "an unknown runtime",
      JSON.stringify({ ...ledger(), expect: [{ model: "*", runtime: "gl", reason: "" }] }),
      "E_SCHEMA",
    ],
    ["an invalid range", JSON.stringify(ledger({ versions: "about 1.3" })), "E_LEDGER"],
  ])("refuses %s", async (_, text, code) => {
    const path = join(directory, "ledger.json");
    await writeFile(path, text);
    await expect(readLedger(path)).rejects.toMatchObject({ code, exit: 2 });
  });

  it("refuses a file that is not there", async () => {
    await expect(readLedger(join(directory, "none.json"))).rejects.toMatchObject({ code: "E_NOT_FOUND" });
  });
});
