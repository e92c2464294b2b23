import { wilsonInterval } from "@congruent/core";
import type { ScoreComparison } from "@congruent/core/schemas";
import { scoreComparisonSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { parseHtml } from "../fixtures/parse-html.js";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { renderReport } from "./render-report.js";

const model = (name: string, correct: number): ScoreComparison["models"][number] => ({
  name,
  path: `models/${name}/results.json`,
  sha256: "ab".repeat(32),
  correct,
  accuracy: correct / 10_000,
  interval: wilsonInterval(correct, 10_000),
});
const comparison: ScoreComparison = {
  schema: "congruent/score-comparison@1",
  dataset: { name: "mnist", split: "test", samples: 10_000 },
  alpha: 0.05,
  models: [model("lenet", 9897), model("resnet", 9911), model("mlp", 9790)],
  pairs: [
    {
      first: 0,
      second: 1,
      difference: -0.0014,
      onlyFirst: 40,
      onlySecond: 54,
      pValue: 0.18,
      adjustedP: 0.18,
      significant: false,
    },
    {
      first: 0,
      second: 2,
      difference: 0.0107,
      onlyFirst: 137,
      onlySecond: 30,
      pValue: 1e-17,
      adjustedP: 2e-17,
      significant: true,
    },
    {
      first: 1,
      second: 2,
      difference: 0.0121,
      onlyFirst: 150,
      onlySecond: 29,
      pValue: 1e-20,
      adjustedP: 3e-20,
      significant: true,
    },
  ],
};

describe("renderScoreComparison", () => {
  it("writes JSON that is the comparison itself", () => {
    const parsed: unknown = JSON.parse(renderReport("scoreComparison", comparison, "json"));
    expect(scoreComparisonSchema.parse(parsed)).toEqual(comparison);
  });

  it("says which differences are noise", () => {
    const markdown = renderReport("scoreComparison", comparison, "md");
    expect(markdown).toContain("of 3 differences, 2 are more than noise and 1 is not.");
    expect(markdown).toContain("| lenet, resnet | -0.14 points | 40 | 54 | 0.18 | 0.18 | may be equal |");
    expect(markdown).toContain(
      "| lenet, mlp | +1.07 points | 137 | 30 | &lt; 0.0001 | &lt; 0.0001 | differ |",
    );
  });

  it("fails in JUnit for each model below the accuracy asked for, and only then", () => {
    const outcomes = (minAccuracy?: number) => {
      const xml = renderReport(
        "scoreComparison",
        comparison,
        "xml",
        minAccuracy === undefined ? {} : { minAccuracy },
      );
      return elements(parseXml(xml), "testcase").map((each) => each.children.map((child) => child.name));
    };
    expect(outcomes()).toEqual([[], [], []]);
    expect(outcomes(0.985)).toEqual([[], [], ["failure"]]);
    expect(renderReport("scoreComparison", comparison, "md", { minAccuracy: 0.985 })).toContain("❌");
  });

  it("writes a page with a figure and both tables", () => {
    const html = renderReport("scoreComparison", comparison, "html");
    const names = parseHtml(html).map(({ name }) => name);
    expect(names.filter((name) => name === "table")).toHaveLength(2);
    expect(names).toContain("svg");
  });
});
