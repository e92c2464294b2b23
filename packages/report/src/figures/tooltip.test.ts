import { describe, expect, it } from "@jest/globals";
import { studyFigures } from "../fixtures/figure-fixtures.js";
import { modelReportFixture } from "../fixtures/model-report-fixture.js";
import { trainBenchFixture } from "../fixtures/train-bench-fixture.js";
import { accuracyAgainst } from "./accuracy-against.js";
import { accuracyIntervals } from "./accuracy-intervals.js";
import { seriesLook } from "./axes.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { curves } from "./curves.js";
import type { Figure } from "./figure.js";
import { labelCounts } from "./label-counts.js";
import { reliabilityDiagram } from "./reliability-diagram.js";
import { stepTimes } from "./step-times.js";
import { dark, light } from "./theme.js";
import { trainingTimes } from "./training-times.js";

interface Series {
  name?: string;
  data: readonly unknown[];
  silent?: boolean;
}

/** What the tooltip says of every mark that the pointer can be on, as echarts asks for it. */
function said(figure: Figure): string[] {
  const { tooltip, series } = figure.option(light) as unknown as {
    tooltip: { formatter(params: object): string };
    series: Series[];
  };
  return series
    .filter(({ silent }) => !silent)
    .flatMap(({ name, data }) =>
      data.map((datum, dataIndex) => {
        const value = (datum as { value?: unknown }).value ?? datum;
        return tooltip.formatter({ seriesName: name, dataIndex, value });
      }),
    );
}

const lenet = { name: "lenet", accuracy: 0.99, interval: [0.9879, 0.9918] as const };

describe("what figures say under the pointer", () => {
  it("accuracies: the interval, what was reported, and which is another seed", () => {
    const score = { accuracy: 0.99, interval: lenet.interval };
    const figure = accuracyIntervals({
      models: [
        { name: "mlp", score: null },
        { name: "lenet", score, reported: 0.9913, others: [0.988] },
      ],
    });
    const told = "lenet 0.9900 (0.9879 to 0.9918), reported 0.9913";
    expect(said(figure)).toEqual([told, told, "lenet, another seed: 0.9880"]);
  });

  it("costs, times, counts, steps", () => {
    const cost = {
      models: [{ ...lenet, value: 247 }],
      cost: "file size",
      show: (value: number) => `${value} KB`,
    };
    expect(said(accuracyAgainst(cost))).toEqual(["lenet: 0.9900 (0.9879 to 0.9918) at 247 KB"]);
    const times = trainingTimes({
      models: [
        { name: "lenet", seconds: 83 },
        { name: "vgg", seconds: null },
      ],
    });
    expect(said(times)).toEqual(["lenet: 1 min 23 s", "vgg: not trained here"]);
    expect(said(labelCounts({ labels: ["cat"], counts: [1200] }))).toEqual(["cat 1,200"]);
    const { contenders, network } = trainBenchFixture
      .networks[0] as (typeof trainBenchFixture.networks)[number];
    const [first] = contenders;
    expect(said(stepTimes(trainBenchFixture))).toContain(
      `${network}, ${first?.title}: ${Number(first?.milliseconds?.toPrecision(3))} ms`,
    );
  });

  it("a cell of the confusion matrix, of how many", () => {
    const figure = confusionMatrix({
      labels: ["cat", "dog"],
      confusion: [
        [48, 2],
        [0, 50],
      ],
    });
    expect(said(figure).slice(0, 2)).toEqual([
      "true cat, predicted cat: 48 of 50",
      "true cat, predicted dog: 2 of 50",
    ]);
  });

  it("a bar of the reliability diagram, without those that are not drawn", () => {
    const bins = [
      { low: 0, high: 0.5, count: 0, confidence: 0, accuracy: 0 },
      { low: 0.5, high: 1, count: 1000, confidence: 0.98, accuracy: 0.99 },
    ];
    expect(said(reliabilityDiagram({ bins, expectedCalibrationError: 0.01 }))[0]).toBe(
      "confidence 0.50 to 1.00, 0.9800 on average:\nright 0.9900 of 1,000",
    );
  });

  it.each(Object.entries(studyFigures))("%s: as text, so that no name is taken for HTML", (_, figure) => {
    const { tooltip } = figure.option(light) as { tooltip?: { show?: boolean; renderMode?: string } };
    if (tooltip && tooltip.show !== false) expect(tooltip.renderMode).toBe("richText");
  });

  it("an epoch of the curves: its number and the values, a dash where there is none", () => {
    const { tooltip, xAxis } = curves({ epochs: modelReportFixture.epochs, metric: "accuracy" }).option(
      light,
    ) as unknown as {
      tooltip: { renderMode: string; valueFormatter(value: unknown): string };
      xAxis: { axisPointer: { label: { formatter(at: { value: string }): string } } };
    };
    expect(tooltip.renderMode).toBe("richText");
    expect(tooltip.valueFormatter(0.98974)).toBe("98.97 %");
    expect(tooltip.valueFormatter(undefined)).toBe("–");
    expect(xAxis.axisPointer.label.formatter({ value: "3" })).toBe("epoch 3");
  });
});

describe("seriesLook", () => {
  it.each([light, dark])("tells 36 series apart by color and mark together ($name)", (theme) => {
    const looks = Array.from({ length: 36 }, (_, index) => {
      const { color, symbol } = seriesLook(theme, index);
      return `${color} ${symbol}`;
    });
    expect(new Set(looks).size).toBe(36);
  });
});
