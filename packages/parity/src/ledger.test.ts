import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { blankCell, type Ledger, type ParityCell } from "@congruent/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readLedger } from "./index.js";
import { applyLedger } from "./ledger.js";

const cell = (change: Partial<ParityCell> = {}): ParityCell => ({
  ...blankCell("web-webgpu"),
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
    ["a crash", {}, { status: "error" }, "error"],
    ["an absent runtime", {}, { status: "unavailable" }, "unavailable"],
  ])("%s", (_, entry, change, status) => {
    expect(applyLedger(cell(change), ["lenet"], ledger(entry)).status).toBe(status);
  });
});

describe("readLedger", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ledger-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("reads this repository's", async () => {
    const path = fileURLToPath(new URL("../../../models/expectations.json", import.meta.url));
    expect((await readLedger(path)).expect.map(({ runtime }) => runtime)).toContain("web-webgpu");
  });

  it.each([
    ["no JSON", "{", "E_JSON"],
    ["an unknown field", JSON.stringify({ ...ledger(), more: 1 }), "E_SCHEMA"],
    [
      "an unknown runtime",
      JSON.stringify({ ...ledger(), expect: [{ model: "*", runtime: "gl", reason: "" }] }),
      "E_SCHEMA",
    ],
    ["a range that is none", JSON.stringify(ledger({ versions: "about 1.3" })), "E_LEDGER"],
    ["a node, which nothing can check", JSON.stringify(ledger({ node: "conv2" })), "E_LEDGER"],
  ])("refuses %s", async (_, text, code) => {
    const path = join(directory, "ledger.json");
    await writeFile(path, text);
    await expect(readLedger(path)).rejects.toMatchObject({ code, exit: 2 });
  });

  it("refuses a file that is not there", async () => {
    await expect(readLedger(join(directory, "none.json"))).rejects.toMatchObject({ code: "E_NOT_FOUND" });
  });
});
