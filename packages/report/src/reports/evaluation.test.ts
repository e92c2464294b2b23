import { evaluationSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { evaluationFixture } from "../fixtures/evaluation-fixture.js";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { scoreRows } from "../tables/score-rows.js";
import { renderReport } from "./render-report.js";

const outcome = (minAccuracy?: number) => {
  const xml = renderReport(
    "evaluation",
    evaluationFixture,
    "xml",
    minAccuracy === undefined ? {} : { minAccuracy },
  );
  return elements(parseXml(xml), "testcase").map((each) => each.children.map((child) => child.name));
};

describe("renderEvaluation", () => {
  it("writes JSON that is the evaluation itself", () => {
    const parsed: unknown = JSON.parse(renderReport("evaluation", evaluationFixture, "json"));
    expect(parsed).toEqual(evaluationFixture);
    expect(evaluationSchema.safeParse(parsed).success).toBe(true);
  });

  it("fails in JUnit below the accuracy asked for, and only then", () => {
    expect(outcome()).toEqual([[]]);
    expect(outcome(evaluationFixture.accuracy)).toEqual([[]]);
    expect(outcome(0.999)).toEqual([["failure"]]);
    const broken = { ...evaluationFixture, accuracy: Number.NaN };
    expect(renderReport("evaluation", broken, "xml", { minAccuracy: 0 })).toContain("<failure");
  });

  it("writes the report with four digits in Markdown", () => {
    const markdown = renderReport("evaluation", evaluationFixture, "md", { minAccuracy: 0.999 });
    expect(markdown).toContain("❌ Accuracy 99.48 %");
    // Row 4 by hand: column total 973 + 6, row total 982; 2PR / (P + R) = 1946 / (979 + 982).
    expect(markdown).toContain(
      `| 4 | ${(973 / 979).toFixed(4)} | ${(973 / 982).toFixed(4)} | ${(1946 / 1961).toFixed(4)} | 982 |`,
    );
    expect(markdown).toContain("| 4 | 9 | 9 |");
  });

  it("ends the rows as scikit-learn does", () => {
    const { rows } = scoreRows(evaluationFixture.report);
    expect(rows.slice(-3).map((row) => row[0])).toEqual(["accuracy", "macro avg", "weighted avg"]);
    expect(rows.at(-3)).toEqual(["accuracy", "", "", "0.9948", "10,000"]);
  });

  it("writes a page that says how many mistakes are shown", () => {
    const html = renderReport("evaluation", { ...evaluationFixture, mistakes: [] }, "html");
    expect(html).toContain("Every sample was classified correctly.");
    const many = Array.from({ length: 61 }, (_, index) => ({
      index,
      label: 1,
      predicted: 7,
      probability: null,
    }));
    const long = renderReport("evaluation", { ...evaluationFixture, mistakes: many }, "html");
    expect(long).toContain("61 samples classified wrongly; shown: the 60");
  });
});
