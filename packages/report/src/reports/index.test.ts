import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonSchema } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import { evaluationFixture } from "../fixtures/evaluation-fixture.js";
import { reports } from "./index.js";
import { renderReport, renderStoredReport, reportKindOf } from "./render-report.js";

function wrongFields(schema: JsonSchema<unknown>, document: object): string[] {
  const result = schema.safeParse(document);
  return result.success ? [] : result.error.issues.map(({ path }) => path.join("."));
}

describe("the kinds of reports", () => {
  it("are all in reports/index.ts: one for each file of reports/", () => {
    const folder = fileURLToPath(new URL("../../src/reports/", import.meta.url));
    const index = readFileSync(join(folder, "index.ts"), "utf8");
    const files = readdirSync(folder).filter((name) => !name.endsWith(".test.ts") && name !== "index.ts");
    const forgotten = files.filter((name) => !index.includes(`"./${name.replace(/\.ts$/, ".js")}"`));
    expect(forgotten).toEqual(["render-report.ts", "report-definition.ts"]);
  });

  it.each(Object.entries(reports))(
    "%s is known by the schema field of its documents",
    (kind, { id, schema }) => {
      expect(reportKindOf({ schema: id }, "file.json")).toBe(kind);
      // Of an empty document everything is wrong but its schema field.
      expect(wrongFields(schema, { schema: id })).not.toContain("schema");
      expect(wrongFields(schema, { schema: id }).length).toBeGreaterThan(0);
    },
  );

  it("make of a stored document what they make of the result", () => {
    const stored: unknown = JSON.parse(renderReport("evaluation", evaluationFixture, "json"));
    for (const format of ["html", "md", "xml"] as const) {
      const wanted = renderReport("evaluation", evaluationFixture, format);
      expect(renderStoredReport(stored, "evaluation.json", format)).toBe(wanted);
    }
  });

  it.each([
    ["no field schema", { accuracy: 1 }],
    ["the schema of something else", { schema: "congruent/recipe@1" }],
    ["no object", 3],
  ])("are not guessed: a document with %s is refused", (_, document) => {
    expect(() => renderStoredReport(document, "file.json", "md")).toThrow(
      expect.objectContaining({ code: "E_REPORT_KIND", exit: 2 }),
    );
  });

  it("check a stored document", () => {
    const broken = { ...evaluationFixture, accuracy: "high" };
    expect(() => renderStoredReport(broken, "file.json", "md")).toThrow(
      expect.objectContaining({ code: "E_SCHEMA" }),
    );
  });
});
