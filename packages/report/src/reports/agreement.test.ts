import { type Agreement, agreementSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { parseHtml } from "../fixtures/parse-html.js";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { renderSheet } from "../formats/render-sheet.js";
import { agreementSheet } from "./agreement.js";

const agreement: Agreement = agreementSchema.parse({
  schema: "congruent/agreement@1",
  model: { path: "svm.onnx", sha256: "a".repeat(64), bytes: 5_953_520, name: "svm<rbf>" },
  source: { class: "SVC", versions: { "scikit-learn": "1.9.1" } },
  dataset: { name: "mnist", split: "test", samples: 9999 },
  runtime: "node-cpu",
  versions: { onnxruntime: "1.30.0" },
  accuracy: { source: 0.971, runtime: 0.9709 },
  outputs: [{ name: "scores", maxAbs: 1.9e-5, meanAbs: 4.5e-7, at: { sample: 3724, class: 1 } }],
  margin: { of: "the smallest decision value", bound: 0.001, why: "sums of 6143 terms", within: 12 },
  disagreements: [
    { index: 8, label: 0, source: 0, runtime: 1, margin: null, tie: false },
    { index: 5, label: 1, source: 1, runtime: 0, margin: 0.0005, tie: true },
  ],
  labels: ["zero", "one"],
  verdict: "fail",
  because: "2 of 9999 images are labeled differently, 1 of them where scikit-learn is sure and 1 a tie",
  seconds: 8.5,
});

describe("agreementSheet", () => {
  it("lists every disagreement with the names of its classes, its margin and whether it is a tie", () => {
    const { tables } = agreementSheet(agreement);
    expect(tables.at(-1)?.rows).toEqual([
      ["8", "zero", "zero", "one", "∞", "no"],
      ["5", "one", "one", "zero", "5.0e-4", "yes"],
    ]);
  });

  it("is one test for a CI server, which fails with the reason", () => {
    const junit = parseXml(renderSheet(agreementSheet(agreement), "xml"));
    const [check] = elements(junit, "testcase");
    expect(elements(junit, "testcase")).toHaveLength(1);
    expect(JSON.stringify(check)).toContain("where scikit-learn is sure");
    expect(elements(junit, "failure")).toHaveLength(1);
    const passed = agreementSheet({ ...agreement, disagreements: [], verdict: "pass", because: "all agree" });
    expect(elements(parseXml(renderSheet(passed, "xml")), "failure")).toHaveLength(0);
  });

  it("is data, a page and Markdown as well", () => {
    const sheet = agreementSheet(agreement);
    expect(JSON.parse(renderSheet(sheet, "json"))).toEqual(agreement);
    expect(() => parseHtml(renderSheet(sheet, "html"))).not.toThrow();
    expect(renderSheet(sheet, "html")).toContain("svm&lt;rbf>");
    expect(renderSheet(sheet, "md")).toContain("Images that are labeled differently");
  });
});
