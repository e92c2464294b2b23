/**
 * The official ONNX backend node tests: the oracle of packages/reference. docs/backend-tests.md says how each of them went.
 *
 * @needs backend-tests
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { timeLimits } from "../../packages/core/src/testing.ts";
import { checkModel, decodeModel } from "../../packages/onnx/src/index.ts";
import { readCases } from "./cases.js";
import { difference, TOLERANCE } from "./compare.js";
import { explanationOf } from "./explanations.js";
import { pageOf } from "./page.js";
import { runReference } from "./run-reference.js";
import { summaryOf } from "./summary.js";

jest.setTimeout(timeLimits.programs);

const docs = join(__dirname, "../../docs");
const recorded = JSON.parse(readFileSync(join(docs, "backend-tests.json"), "utf8"));

describe("the ONNX backend node tests", () => {
  it("go through the reference exactly as recorded", () => {
    const cases = readCases();
    const { versions, nodeCpu, ...wanted } = recorded;
    expect(summaryOf(cases, cases.map(runReference))).toEqual(wanted);
    expect(cases.length).toBe(1288);
  });

  it("are models that the checker takes, all of them", () => {
    for (const { name, model } of readCases())
      expect(() => checkModel(decodeModel(model, name))).not.toThrow();
  });

  it("cover at least 120 operators, and every failure is explained", () => {
    expect(recorded.operators.length).toBeGreaterThanOrEqual(120);
    const failed = Object.entries(recorded.reference).filter(([, { status }]) => status === "failed");
    for (const [name] of failed) expect([name, explanationOf(name)]).toEqual([name, expect.any(String)]);
  });

  it("are told on a page that the record alone makes", () => {
    expect(readFileSync(join(docs, "backend-tests.md"), "utf8")).toBe(pageOf(recorded));
  });
});

describe("the comparison", () => {
  const value = (dtype, data, dims = [data.length]) => ({ dtype, data, dims });
  const one = value("float32", [1, Number.NaN]);

  it.each([
    [null, value("float32", [1.0009, Number.NaN])],
    [/element 0 is 1.002/, value("float32", [1.002, Number.NaN])],
    [/element 1 is 0, not NaN/, value("float32", [1, 0])],
    [/it is float64/, value("float64", [1, Number.NaN])],
    [/its shape/, value("float32", [1, Number.NaN], [1, 2])],
  ])("says %p", (said, got) => {
    const found = difference(one, got, TOLERANCE);
    if (said === null) expect(found).toBeNull();
    else expect(found).toMatch(said);
  });
});
