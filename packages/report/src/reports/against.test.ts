import { type AgainstReport, againstReportSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { parseHtml } from "../fixtures/parse-html.js";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { renderReport } from "./render-report.js";

const report: AgainstReport = againstReportSchema.parse({
  schema: "congruent/against@1",
  model: { path: "old.onnx", sha256: "a".repeat(64), name: "lenet" },
  against: { path: "new.onnx", sha256: "b".repeat(64), name: "lenet" },
  inputs: { source: "mnist test", samples: 100 },
  matched: { byName: 15, byStructure: 1, unmatched: 0 },
  changes: [
    {
      kind: "attribute",
      node: "conv<2>|a",
      renamed: "conv",
      opType: "Conv",
      index: 3,
      what: "attribute pads is [1] instead of [0]",
    },
  ],
  runtimes: [
    {
      runtime: "node-cpu",
      reason: "logits differs by 0.5, more than 0.001",
      status: "fail",
      outputs: [{ name: "logits", maxAbs: 0.5, maxUlp: 9, bound: 0.001, why: "sums", within: false }],
      decisions: { samples: 100, flips: 3, list: [] },
    },
    { runtime: "web-wasm", reason: "it crashed", status: "error", outputs: [], decisions: null },
  ],
  verdict: "fail",
  because: "node-cpu: logits differs by 0.5, more than 0.001",
});

describe("renderAgainst", () => {
  it("HTML: one table of what changed, one of what follows; names are text, never markup", () => {
    const html = renderReport("against", report, "html");
    const tables = parseHtml(html)
      .filter(({ name }) => name === "table")
      .map(({ text }) => text.replaceAll(/\s+/g, " "));
    expect(tables[0]).toContain("conv<2>|a → conv");
    expect(tables[0]).toContain("attribute pads is [1] instead of [0]");
    expect(tables[1]).toMatch(/node-cpu ?logits ?0\.5.*3 of 100/);
    expect(tables[1]).toContain("error: it crashed");
    expect(html).not.toContain("conv<2>");
  });

  it("Markdown: a pipe in a node's name does not break the table", () => {
    const rows = renderReport("against", report, "md")
      .split("\n")
      .filter((line) => line.startsWith("|"));
    const row = rows.find((line) => line.includes("Conv")) ?? "";
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
  });

  it("JUnit: a case per runtime, failures and errors told apart", () => {
    const cases = elements(parseXml(renderReport("against", report, "xml")), "testcase");
    expect(cases.map((each) => [elements(each, "failure").length, elements(each, "error").length])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("shows a comparison that did not take place as an error with its reason, in every format", () => {
    const because = "nothing was compared: new.onnx takes other inputs";
    const none: AgainstReport = { ...report, runtimes: [], verdict: "inconclusive", because };
    const cases = elements(parseXml(renderReport("against", none, "xml")), "testcase");
    expect(cases.map((each) => elements(each, "error").length)).toEqual([1]);
    for (const format of ["html", "md"] as const)
      expect(renderReport("against", none, format)).toContain(because);
  });

  it("JSON: the report as it is", () => {
    expect(againstReportSchema.parse(JSON.parse(renderReport("against", report, "json")))).toEqual(report);
  });
});
