import { describe, expect, it } from "@jest/globals";
import { evaluationFixture } from "../fixtures/evaluation-fixture.js";
import { scored, searched, src, studyFigures } from "../fixtures/figure-fixtures.js";
import { modelReportFixture } from "../fixtures/model-report-fixture.js";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { accuracyIntervals } from "./accuracy-intervals.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { contrast } from "./contrast.js";
import { curves } from "./curves.js";
import type { Figure } from "./figure.js";
import { parallelCoordinates } from "./parallel-coordinates.js";
import { renderSvg } from "./render-svg.js";
import { dark, light } from "./theme.js";

const { epochs } = modelReportFixture;
const drawn = (figure: Figure) => parseXml(renderSvg(figure, light));
const texts = (figure: Figure) => elements(drawn(figure), "text").map(({ text }) => text);
/** What the series are given, as plain data. */
const seriesOf = (figure: Figure) => {
  const { series = [] } = figure.option(light);
  return (Array.isArray(series) ? series : [series]).map((each) => JSON.parse(JSON.stringify(each)));
};
const dataOf = (figure: Figure, name: string) => seriesOf(figure).find((each) => each.name === name)?.data;

describe("picture grids", () => {
  it("show every picture with its label", () => {
    const root = drawn(studyFigures.samples);
    expect(elements(root, "image").map(({ attributes }) => attributes.href)).toEqual([src, src, src]);
    expect(texts(studyFigures.samples)).toEqual(["3", "ankle boot", "7"]);
  });

  it("mark right and wrong answers by color and by shape", () => {
    expect(texts(studyFigures.predictions)).toEqual([
      "mlp 3",
      "tuned 3",
      "true 3",
      "mlp 4",
      "tuned 9",
      "true 9",
    ]);
    const strokes = elements(drawn(studyFigures.predictions), "path").map(({ attributes }) => [
      attributes.stroke,
      (attributes.d?.match(/M/g) ?? []).length,
    ]);
    // A tick is one line; a cross is two. Frames are of one piece too: a wrong answer makes its frame red.
    expect(strokes.filter(([stroke, lines]) => stroke === light.bad && lines === 2)).toHaveLength(1);
    expect(strokes.filter(([stroke, lines]) => stroke === light.good && lines === 1)).toHaveLength(4);
    expect(strokes.filter(([stroke, lines]) => stroke === light.bad && lines === 1)).toHaveLength(1);
    expect(studyFigures.predictions.description).toBe(
      "Predictions: 2 pictures, 3 of 4 answers right. True 9, mlp 4.",
    );
  });

  it("say how sure a mistake was, where that is known", () => {
    expect(texts(studyFigures.mistakes)).toEqual(["4", "true 9", "99 %", "3", "true 5"]);
  });
});

describe("accuracyIntervals", () => {
  it("draws interval, reported value and other seeds in a model's row", () => {
    const whiskers = seriesOf(studyFigures.intervals).find(({ type }) => type === "custom");
    // Wilson's interval of 9,900 of 10,000, by hand: (0.99 + z²/2n ± z √(0.99·0.01/n + z²/4n²)) / (1 + z²/n), z = 1.96.
    expect(whiskers.data).toHaveLength(1);
    const [accuracy, row, low, high] = whiskers.data[0];
    expect([accuracy, row, low.toFixed(4), high.toFixed(4)]).toEqual([0.99, 0, "0.9879", "0.9918"]);
    expect(dataOf(studyFigures.intervals, "reported")).toEqual([
      [0.9913, 0],
      [0.9949, 1],
    ]);
    expect(dataOf(studyFigures.intervals, "other seeds")).toEqual([[0.9893, 0]]);
    expect(texts(studyFigures.intervals)).toContain("not scored here");
  });

  it("needs neither reported values nor any model", () => {
    const bare = accuracyIntervals({ models: [{ name: "a", score: scored(9_000) }] });
    expect(texts(bare)).not.toContain("reported");
    expect(renderSvg(accuracyIntervals({ models: [] }), light)).not.toContain("NaN");
  });
});

describe("accuracyAgainst", () => {
  it("places each model by its cost and accuracy, with its name", () => {
    expect(dataOf(studyFigures.against, "vgg")).toEqual([[20_000, 0.9949]]);
    expect(texts(studyFigures.against)).toEqual(expect.arrayContaining(["lenet", "vgg"]));
    expect(studyFigures.against.description).toContain("vgg 0.9949 at 20000 KB");
  });
});

describe("bars", () => {
  it("have their values at their ends, and say where there is none", () => {
    expect(texts(studyFigures.times)).toEqual(expect.arrayContaining(["1 min 23 s", "not trained here"]));
    const [series] = seriesOf(studyFigures.importance);
    expect(series.data.map(({ value }: { value: number }) => value)).toEqual([0.8, 0.2]);
  });
});

describe("parallelCoordinates", () => {
  it("draws what ended, the best one apart, and leaves out what a condition left out", () => {
    expect(seriesOf(studyFigures.parallel).map(({ name, data }) => [name, data])).toEqual([
      [undefined, [[32, "-", 0.9]]],
      ["best", [[64, "adam", 0.95]]],
    ]);
    expect(texts(studyFigures.parallel)).toEqual(
      expect.arrayContaining(["units", "optimizer", "val_accuracy", "sgd"]),
    );
  });

  it("takes the lowest as the best where less is better, and copes with no trial that ended", () => {
    expect(parallelCoordinates({ ...searched, direction: "min" }).description).toContain(
      "best val_accuracy is 0.9000",
    );
    const none = parallelCoordinates({ ...searched, trials: [{ values: [64, "adam"], score: null }] });
    expect(none.description).toBe("1 trial. None of them ended.");
    expect(renderSvg(none, light)).not.toContain("NaN");
  });
});

describe("reliabilityDiagram", () => {
  it("has a bar for each bin that holds samples, with their number", () => {
    const bars = dataOf(studyFigures.reliability, "right answers");
    expect(bars).toEqual([
      [0.5, 0.9, 0.75, 40],
      [0.9, 1, 0.99, 9_812],
    ]);
    expect(texts(studyFigures.reliability)).toEqual(expect.arrayContaining(["40", "9.8k"]));
  });
});

describe("score curves", () => {
  it("name the classes with the least area and draw the corner where all are nearly perfect", () => {
    const shown = texts(studyFigures.roc);
    expect(shown).toEqual(expect.arrayContaining(["5 (0.9950)", "4 (0.9960)", "2 others"]));
    expect(shown).not.toContain("0 (1.0000)");
    expect(studyFigures.roc.option(light).xAxis).toMatchObject({ min: 0, max: 0.05 });
    expect(studyFigures.precision.option(light).xAxis).toMatchObject({ min: 0, max: 1 });
  });
});

describe("curves of several runs", () => {
  const series = (count: number) =>
    seriesOf(
      curves({ metric: "accuracy", runs: ["a", "b", "c"].slice(0, count).map((name) => ({ name, epochs })) }),
    );

  it("have training and validation of two, and the validation of more", () => {
    expect(series(2).map(({ name }) => name)).toEqual([
      "a, training",
      "a, validation",
      "b, training",
      "b, validation",
    ]);
    expect(series(3).map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(series(3)[0].data).toEqual(epochs.map(({ valAccuracy }) => valAccuracy));
  });

  it("differ in color, mark and dash", () => {
    const looks = series(2).map(({ symbol, lineStyle }) => `${symbol} ${lineStyle.type} ${lineStyle.color}`);
    expect(new Set(looks).size).toBe(4);
    const marks = series(3).map(({ symbol }) => symbol);
    expect(new Set(marks).size).toBe(3);
  });

  it("may end after different epochs", () => {
    const runs = [
      { name: "a", epochs },
      { name: "b", epochs: epochs.slice(0, 2) },
    ];
    const figure = curves({ metric: "loss", runs });
    expect(figure.description).toContain("b, training goes from 0.312 in epoch 1 to 0.0984 in epoch 2");
  });
});

describe("confusionMatrix in percent", () => {
  it("writes shares of the rows", () => {
    const confusion = [
      [999, 1],
      [0, 3],
    ];
    const shown = texts(confusionMatrix({ labels: ["a", "b"], confusion, normalized: true }));
    expect(shown).toEqual(expect.arrayContaining(["99.9", "0.1", "0", "100"]));
    expect(evaluationFixture.confusion.flat().length).toBe(100);
  });
});

describe("colors of several runs", () => {
  it.each([light, dark])("are readable on the surface ($name)", (theme) => {
    for (const color of [...theme.series, theme.good, theme.bad]) {
      expect(contrast(color, theme.surface)).toBeGreaterThan(4.5);
    }
  });
});
