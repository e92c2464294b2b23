import { CongruentError } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import { reportFormat } from "./report-format.js";

describe("reportFormat", () => {
  it.each([
    ["a.json", "json"],
    ["a.b.xml", "xml"],
    ["out.d/REPORT.HTML", "html"],
    [".md", "md"],
  ])("reads the ending of %s", (path, format) => {
    expect(reportFormat(path)).toBe(format);
  });

  it.each(["report", "report.", "report.pdf", "out.json/report", "out.md\\report", "", "a.htm"])(
    "refuses %p and lists the endings",
    (path) => {
      let thrown: unknown;
      try {
        reportFormat(path);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(CongruentError);
      expect(thrown).toMatchObject({ code: "E_REPORT_FORMAT", exit: 2 });
      for (const ending of [".json", ".xml", ".html", ".md"]) {
        expect((thrown as CongruentError).expected).toContain(ending);
      }
    },
  );
});
