import { studySchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { type HtmlElement, parseHtml } from "../fixtures/parse-html.js";
import { studyFixture } from "../fixtures/study-fixture.js";
import { renderStudyPage } from "../pages/study-page.js";
import { documentFigures, studyResult } from "./study-document.js";
import { renderStudyMarkdown } from "./study-markdown.js";

describe("a study", () => {
  it("is data with its figures by their files, incomplete where a model is missing", () => {
    const result = studyResult(studyFixture);
    expect(studySchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(result.complete).toBe(false);
    expect(result.sections[0]?.blocks.at(-1)).toEqual({
      kind: "figure",
      title: "Accuracy with 95 % interval",
      description: expect.stringContaining("lenet 0.9900"),
      note: "With Wilson's intervals.",
      svg: "figures/accuracies.svg",
      png: "figures/accuracies.png",
    });
    expect(documentFigures(studyFixture).map(({ name }) => name)).toEqual(["samples", "accuracies", "roc"]);
  });

  it("is Markdown in which nothing that was said becomes markup", () => {
    const text = renderStudyMarkdown(studyFixture);
    expect(text.split("\n").slice(0, 5)).toEqual([
      "# Two networks \\| compared",
      "",
      "_Study A_",
      "",
      "One of two models is here.",
    ]);
    expect(text).toContain("All \\*images\\* are used.");
    expect(text).toContain("> The study lost one.");
    expect(text).toContain("**Images**\n\n| split | number |\n| --- | ---: |\n| train | 60,000 |");
    expect(text).toContain("![Samples](figures/samples.png)");
    expect(text.endsWith("\n")).toBe(true);
  });

  it("is a page with figures next to each other that says how many models are missing", () => {
    const all = parseHtml(renderStudyPage(studyFixture));
    const of = (name: string) => all.filter(({ attributes }) => attributes.class?.split(" ").includes(name));
    expect(of("cg-badge").map(({ text }: HtmlElement) => text)).toEqual(["1 missing: vgg"]);
    const groups = of("cg-study-figures");
    expect(groups.map(({ children }) => children.length)).toEqual([2, 1]);
    expect(of("cg-quirk").map(({ text }) => text)).toEqual(["The study lost one."]);
    // Light and dark.
    expect(all.filter(({ name }) => name === "svg")).toHaveLength(2 * 3 + 1);
  });
});
