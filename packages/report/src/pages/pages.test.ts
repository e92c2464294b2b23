import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { evaluationFixture } from "../fixtures/evaluation-fixture.js";
import { modelReportFixture } from "../fixtures/model-report-fixture.js";
import { parityFixture } from "../fixtures/parity-fixture.js";
import { type HtmlElement, parseHtml } from "../fixtures/parse-html.js";
import { studyFixture } from "../fixtures/study-fixture.js";
import { renderSheet } from "../formats/render-sheet.js";
import { renderReport } from "../reports/render-report.js";
import { renderModelReport } from "./model-report.js";
import type { ModelReportData } from "./model-report-data.js";
import { renderStudyPage } from "./study-page.js";

const { recipe: _, ...bareCard } = modelReportFixture.card;
const empty: ModelReportData = {
  card: bareCard,
  modelSha256: "00".repeat(32),
  recipe: null,
  environment: null,
  epochs: [],
  evaluation: null,
  parity: null,
  parameters: null,
  samples: [],
  mistakes: [],
};
const sheet = {
  title: "doctor",
  lead: "1 of 2 found",
  tone: "bad" as const,
  facts: [{ name: "platform", value: "linux x64" }],
  tables: [{ caption: "Tools", columns: [{ title: "tool" }], rows: [["node"], ["browser"]] }],
  notes: ["browser: none is installed"],
  checks: [],
  data: {},
};
const pages = {
  "model report": renderModelReport(modelReportFixture),
  "empty model report": renderModelReport(empty),
  parity: renderReport("parity", parityFixture, "html"),
  evaluation: renderReport("evaluation", evaluationFixture, "html", { minAccuracy: 0.5 }),
  sheet: renderSheet(sheet, "html"),
  study: renderStudyPage(studyFixture),
};
const named = (elements: HtmlElement[], name: string) => elements.filter((element) => element.name === name);

describe.each(Object.entries(pages))("page: %s", (_, html) => {
  const elements = parseHtml(html);

  it("loads nothing and runs nothing", () => {
    const loading = elements.flatMap(({ name, attributes }) =>
      ["src", "srcset", "href", "xlink:href", "data", "poster", "action", "background", "style"].flatMap(
        (key) => {
          const value = attributes[key];
          if (value === undefined || (name === "a" && key === "href")) return [];
          if (key === "style") return /url\(/i.test(value) ? [value] : [];
          return value.startsWith("data:") || value.startsWith("#") ? [] : [value];
        },
      ),
    );
    expect(loading).toEqual([]);
    for (const forbidden of ["script", "iframe", "object", "embed", "base", "form"]) {
      expect(named(elements, forbidden)).toEqual([]);
    }
    for (const style of named(elements, "style")) expect(style.text).not.toMatch(/@import|url\(|@font-face/i);
    expect(
      elements.flatMap(({ attributes }) => Object.keys(attributes)).filter((key) => /^on/.test(key)),
    ).toEqual([]);
    expect(html).toContain("default-src &#39;none&#39;".replaceAll("&#39;", "'"));
  });

  it("has landmarks, one h1, no skipped heading level and unique ids", () => {
    expect(named(elements, "main")).toHaveLength(1);
    expect(named(elements, "header")).toHaveLength(1);
    expect(named(elements, "html")[0]?.attributes.lang).toBe("en");
    const levels = elements.filter(({ name }) => /^h[1-6]$/.test(name)).map(({ name }) => Number(name[1]));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, index) => {
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
    const ids = elements.flatMap(({ attributes }) => (attributes.id ? [attributes.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of named(elements, "a")) {
      if (attributes.href?.startsWith("#")) expect(ids).toContain(attributes.href.slice(1));
    }
  });

  it("has captions, alternative texts and table headers", () => {
    for (const table of named(elements, "table")) {
      expect(table.children.filter(({ name }) => name === "caption")).toHaveLength(1);
    }
    for (const header of named(elements, "th")) expect(header.attributes.scope).toMatch(/^(row|col)$/);
    for (const image of named(elements, "img")) expect(image.attributes.alt).toBeTruthy();
    for (const drawing of named(elements, "svg")) {
      const { role, "aria-label": label, "aria-hidden": hidden } = drawing.attributes;
      expect((role === "img" && Boolean(label)) || hidden === "true").toBe(true);
    }
  });
});

describe("renderModelReport", () => {
  it("gives equal bytes for equal data", () => {
    expect(renderModelReport(structuredClone(modelReportFixture))).toBe(pages["model report"]);
  });

  it("shows the headline numbers, every runtime and every mistake", () => {
    const elements = parseHtml(pages["model report"]);
    const body = named(elements, "body")[0]?.text ?? "";
    for (const text of [
      "99.48 %",
      "61,706",
      "parity: pass",
      "1 expected fail",
      "npm run setup -- --cuda",
      "0.0171",
    ]) {
      expect(body).toContain(text);
    }
    for (const cell of parityFixture.cells) expect(body).toContain(cell.runtime);
    const mistakes = elements.find(({ attributes }) => attributes.class === "cg-mistakes");
    expect(mistakes?.children).toHaveLength(modelReportFixture.mistakes.length);
    expect(body).toContain(modelReportFixture.modelSha256);
    expect(body).toContain("CC-BY-SA-3.0");
    expect(body).toContain('"validationSplit": 0.1');
  });

  it("says what is missing instead of leaving a hole", () => {
    const body = named(parseHtml(pages["empty model report"]), "body")[0]?.text ?? "";
    for (const sentence of [
      "No samples were given.",
      "No log of the training was given.",
      "This model has not been evaluated.",
      "This model has not been compared across runtimes.",
      "The environment of the training was not recorded.",
      "This model carries no recipe.",
    ]) {
      expect(body).toContain(sentence);
    }
    expect(body).not.toMatch(/undefined|null|NaN/);
  });

  it("makes links of web addresses only", () => {
    const link = (address: string) => {
      const cells = parityFixture.cells.map((cell) =>
        cell.expectation ? { ...cell, expectation: { reason: "known", link: address } } : cell,
      );
      return named(parseHtml(renderReport("parity", { ...parityFixture, cells }, "html")), "a")
        .map(({ attributes }) => attributes.href)
        .filter((href) => !href?.startsWith("#"));
    };
    expect(link("https://example.org/1")).toEqual(["https://example.org/1"]);
    expect(link("javascript:alert(1)")).toEqual([]);
  });

  it("shows markup in names, labels and reasons as text", () => {
    const count = parseHtml(pages["model report"]).length;
    const hostile = fc.oneof(
      fc.constant('<script>alert(1)</script><img src=x onerror="alert(2)">'),
      fc.constant("</style></title></pre></svg>]]>--><base href=//e>"),
      fc
        .string({ unit: "binary-ascii", minLength: 1, maxLength: 30 })
        .filter((text) => /^[ -~]+$/.test(text)),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const labels = evaluationFixture.labels.map((label) => `${label}${text}`);
        const cells = parityFixture.cells.map((cell) => (cell.reason ? { ...cell, reason: text } : cell));
        const { card, evaluation } = modelReportFixture;
        if (!evaluation) throw new Error("the fixture has an evaluation");
        const elements = parseHtml(
          renderModelReport({
            ...modelReportFixture,
            card: { ...card, name: text, labels },
            evaluation: { ...evaluation, labels },
            parity: { ...parityFixture, cells, because: text },
          }),
        );
        expect(elements).toHaveLength(count);
        expect(named(elements, "h1")[0]?.text).toBe(text);
        expect(named(elements, "script")).toEqual([]);
      }),
      { seed: 7, numRuns: 12 },
    );
  });
});
