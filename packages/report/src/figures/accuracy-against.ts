import { formatScore } from "../formats/numbers.js";
import { axisText, COMPACT, frame, legendOf, seriesLook, valueAxis } from "./axes.js";
import type { Figure } from "./figure.js";
import { FONT, light } from "./theme.js";
import { tooltip } from "./tooltip.js";
import { whiskers } from "./whisker.js";

export interface WeighedModel {
  name: string;
  /** 0..1, with its 95 % interval. */
  accuracy: number;
  interval: readonly [number, number];
  /** What the model costs, above 0, in the unit of `cost`. */
  value: number;
}

export interface AccuracyAgainstOptions {
  models: readonly WeighedModel[];
  /** What is on the logarithmic axis, such as "file size, bytes". */
  cost: string;
  /** How a cost is written, such as `1.2 MB`. */
  show: (value: number) => string;
}

const MARKS = { itemWidth: 14 };

/**
 * Accuracy against what a model costs (size, latency, time of training), a point with its interval for each.
 *
 * @example
 * ```ts
 * const models = [{ name: "lenet", accuracy: 0.99, interval: [0.9879, 0.9918], value: 240 }] as const;
 * accuracyAgainst({ models, cost: "file size", show: (value) => `${value} KB` }).description;
 * // => "Accuracy against file size: lenet 0.9900 at 240 KB."
 * ```
 */
export function accuracyAgainst({ models, cost, show }: AccuracyAgainstOptions): Figure {
  const told = models.map(
    ({ name, accuracy, value }) => `${name} ${formatScore(accuracy)} at ${show(value)}`,
  );
  const said = ({ name, accuracy, interval: [low, high], value }: WeighedModel) =>
    `${name}: ${formatScore(accuracy)} (${formatScore(low)} to ${formatScore(high)}) at ${show(value)}`;
  const names = models.map(({ name }) => name);
  const values = models.map(({ value }) => value);
  const ends = models.flatMap(({ interval }) => [...interval]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const margin = (high - low) * 0.12 || 0.01;
  return {
    title: `Accuracy against ${cost}`,
    description: `Accuracy against ${cost}: ${told.join(", ") || "no model was measured"}.`,
    width: COMPACT,
    height: 272 + legendOf(light, names, COMPACT, MARKS).height,
    option: (theme) => ({
      textStyle: { fontFamily: FONT, color: theme.text },
      grid: frame({ top: legendOf(theme, names, COMPACT, MARKS).height }),
      // Names next to the points would overlap where models cost about the same.
      legend: legendOf(theme, names, COMPACT, MARKS).legend,
      tooltip: tooltip(theme, ({ series }) => said(models[names.indexOf(series)] as WeighedModel)),
      xAxis: {
        ...valueAxis(theme, `${cost} (logarithmic)`),
        type: "log",
        min: models.length === 0 ? 1 : Math.min(...values) / 2,
        max: models.length === 0 ? 10 : Math.max(...values) * 2,
        axisLabel: { ...axisText(theme), hideOverlap: true, formatter: show },
      },
      yAxis: {
        ...valueAxis(theme),
        min: models.length === 0 ? 0 : Math.max(0, low - margin),
        max: models.length === 0 ? 1 : Math.min(1, high + margin),
        splitNumber: 5,
        axisLabel: {
          ...axisText(theme),
          showMinLabel: false,
          showMaxLabel: false,
          formatter: (value: number) => value.toFixed(high - low < 0.02 ? 3 : 2),
        },
      },
      series: models.flatMap(({ name, value, accuracy, interval }, index) => {
        const { color, symbol, symbolSize } = seriesLook(theme, index);
        const point = {
          type: "scatter" as const,
          name,
          z: 3,
          data: [[value, accuracy]],
          symbol,
          symbolSize: symbolSize + 3,
          itemStyle: { color, opacity: 1 },
        };
        return [point, whiskers(name, "y", [[value, accuracy, ...interval]], color)];
      }),
    }),
  };
}
