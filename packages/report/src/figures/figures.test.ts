import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EpochLog } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { evaluationFixture } from "../fixtures/evaluation-fixture.js";
import { src, studyFigures } from "../fixtures/figure-fixtures.js";
import { modelReportFixture } from "../fixtures/model-report-fixture.js";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { trainBenchFixture } from "../fixtures/train-bench-fixture.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { contrast, mix } from "./contrast.js";
import { curves } from "./curves.js";
import { labelCounts } from "./label-counts.js";
import { renderSvg } from "./render-svg.js";
import { stepTimes } from "./step-times.js";
import { dark, light } from "./theme.js";

const { epochs } = modelReportFixture;
const matrix = confusionMatrix(evaluationFixture);
const figures = {
  loss: curves({ epochs, metric: "loss" }),
  accuracy: curves({ epochs, metric: "accuracy" }),
  matrix,
  steps: stepTimes(trainBenchFixture),
  counts: labelCounts({ labels: ["0", "1", "ankle boot"], counts: [5, 0, 1200] }),
  normalized: confusionMatrix({ ...evaluationFixture, normalized: true }),
  runs: curves({ metric: "loss", runs: ["a", "b"].map((name) => ({ name, epochs })) }),
  ...studyFigures,
};

describe("every figure", () => {
  const folder = fileURLToPath(new URL("../../src/figures/", import.meta.url));
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const files = readdirSync(folder).filter((file) => !/\.test\.|^index\./.test(file));
  /** Functions that draw one, by their file. */
  const drawing = files.flatMap((file) =>
    [...read(file).matchAll(/^export function (\w+)\((?:[^)]|\)(?!: ))*\): Figure \{$/gm)].map(
      ([, name = ""]) => [file, name] as const,
    ),
  );

  /** What other figures, which have fixtures of their own, are drawn with. */
  const SHARED = ["bars", "pictureCells"];

  it("is found", () => {
    expect(drawing.length).toBeGreaterThan(14);
  });

  it.each(drawing.filter(([, name]) => !SHARED.includes(name)))(
    "%s: %s is exported and among the fixtures",
    (file, name) => {
      const fixtures = read("figures.test.ts") + read("../fixtures/figure-fixtures.ts");
      const exported = read("index.ts").includes(`"./${file.replace(/\.ts$/, ".js")}"`);
      expect({ exported, fixture: fixtures.includes(`${name}(`) }).toEqual({ exported: true, fixture: true });
    },
  );
});

const texts = (svg: string) => elements(parseXml(svg), "text").map((element) => element.text);

describe.each(Object.entries(figures))("figure %s", (_, figure) => {
  it.each([light, dark])("is the same well-formed SVG each time ($name)", (theme) => {
    const svg = renderSvg(figure, theme);
    expect(renderSvg(figure, theme)).toBe(svg);
    const root = parseXml(svg);
    expect(root.attributes.viewBox).toBe(`0 0 ${figure.width} ${figure.height}`);
    expect(root.attributes["aria-label"]).toBe(figure.description);
    expect(elements(root, "title")[0]?.text).toBe(figure.title);
  });

  it("brings neither scripts nor styles nor addresses, and ids of its own", () => {
    // Pictures are data URLs, and the only thing that has an address.
    const both = (renderSvg(figure, light) + renderSvg(figure, dark)).replaceAll(`<image href="${src}"`, "");
    expect(both).not.toMatch(/<script|<style|<image|xlink|href|class=|zr\d/);
    const ids = [...both.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, used] of both.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(used);
  });

  it("is drawn in the colors of its theme", () => {
    expect(renderSvg(figure, light)).not.toBe(renderSvg(figure, dark));
  });
});

describe("confusionMatrix", () => {
  it("shows every count and every label", () => {
    const shown = texts(renderSvg(matrix, light));
    const counts = evaluationFixture.confusion.flat().map(String);
    expect([...shown].sort()).toEqual(
      [...counts, ...evaluationFixture.labels, ...evaluationFixture.labels, "true", "predicted"].sort(),
    );
  });

  it("puts the true class on the vertical axis", () => {
    const shown = parseXml(
      renderSvg(
        confusionMatrix({
          labels: ["a", "b"],
          confusion: [
            [5, 7],
            [0, 9],
          ],
        }),
        light,
      ),
    );
    const at = (text: string) => {
      const element = elements(shown, "text").find((each) => each.text === text);
      const place = /translate\(([\d.]+) ([\d.]+)\)/.exec(element?.attributes.transform ?? "");
      return {
        x: Number(place?.[1] ?? element?.attributes.x),
        y: Number(place?.[2] ?? element?.attributes.y),
      };
    };
    // 7 is confusion[true a][predicted b]: same row as 5, same column as 9.
    expect(at("7").y).toBeCloseTo(at("5").y);
    expect(at("7").x).toBeCloseTo(at("9").x);
    expect(at("9").y).toBeGreaterThan(at("7").y);
  });

  it("keeps markup in labels as text, draws empty rows, drops numbers of many classes", () => {
    const hostile = '</text><script>alert("1")</script>';
    const svg = renderSvg(
      confusionMatrix({
        labels: [hostile, "b"],
        confusion: [
          [0, 0],
          [0, 0],
        ],
      }),
      light,
    );
    expect(texts(svg)).toContain(hostile);
    expect(elements(parseXml(svg), "script")).toEqual([]);
    const many = Array.from({ length: 40 }, (_, index) => `c${index}`);
    const wide = confusionMatrix({ labels: many, confusion: many.map(() => many.map(() => 3)) });
    expect(texts(renderSvg(wide, light))).not.toContain("3");
  });
});

describe("curves", () => {
  it("has one line without validation, two with it, and copes with one epoch and none", () => {
    const bare = epochs.map(({ valLoss: _, valCrossEntropy: __, valAccuracy: ___, ...log }): EpochLog => log);
    const series = (logs: readonly EpochLog[]) => {
      const option = curves({ epochs: logs, metric: "loss" }).option(light);
      return Array.isArray(option.series) ? option.series.map((each) => each.name) : [];
    };
    expect(series(bare)).toEqual(["training"]);
    expect(series(epochs)).toEqual(["training", "validation"]);
    expect(curves({ epochs: bare, metric: "loss" }).description).not.toContain("validation");
    for (const logs of [epochs.slice(0, 1), []]) {
      expect(renderSvg(curves({ epochs: logs, metric: "accuracy" }), light)).not.toContain("NaN");
    }
    expect(curves({ epochs: [], metric: "loss" }).description).toBe("Loss per epoch: no epoch was recorded.");
  });
});

describe("colors", () => {
  it("computes WCAG contrast", () => {
    // #767676 on white is the classic gray that just passes 4.5.
    expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
    expect(mix("#102030", "#304050", 0.5)).toBe("#203040");
  });

  it.each([light, dark])("keeps text, lines and cell counts readable ($name)", (theme) => {
    expect(contrast(theme.text, theme.surface)).toBeGreaterThan(7);
    expect(contrast(theme.muted, theme.surface)).toBeGreaterThan(4.5);
    for (const line of [theme.primary, theme.secondary]) {
      expect(contrast(line, theme.surface)).toBeGreaterThan(3);
    }
    expect(contrast(theme.muted, theme.right[0])).toBeGreaterThan(4.5);
    for (const [none, full] of [theme.right, theme.wrong]) {
      for (let share = 0; share <= 1; share += 0.05) {
        const fill = mix(none, full, share);
        // Bold counts on the worst mixture of the scale.
        expect(Math.max(contrast(fill, theme.text), contrast(fill, theme.surface))).toBeGreaterThan(3.5);
      }
    }
  });
});
