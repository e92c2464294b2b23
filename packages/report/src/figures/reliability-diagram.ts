import { formatCount } from "../formats/numbers.js";
import { axisText, COMPACT, frame, legendOf, valueAxis } from "./axes.js";
import type { Figure } from "./figure.js";
import { type FigureTheme, FONT } from "./theme.js";
import { tooltip } from "./tooltip.js";

export interface ReliabilityDiagramOptions {
  /** Predictions by how sure the model was; bins without any may be left out or have a count of 0. */
  bins: readonly { low: number; high: number; count: number; confidence: number; accuracy: number }[];
  /** Expected calibration error, 0..1. */
  expectedCalibrationError: number;
}

/**
 * How often the model is right when it says how sure it is; on the diagonal both are the same.
 *
 * @example
 * ```ts
 * const bins = [{ low: 0.9, high: 1, count: 1000, confidence: 0.98, accuracy: 0.99 }];
 * reliabilityDiagram({ bins, expectedCalibrationError: 0.01 }).description;
 * // => "Reliability: expected calibration error 0.0100. Confidence 0.98: right 0.99 of 1,000."
 * ```
 */
export function reliabilityDiagram({ bins, expectedCalibrationError }: ReliabilityDiagramOptions): Figure {
  const filled = bins.filter(({ count }) => count > 0);
  const told = filled.map(
    ({ confidence, accuracy, count }) =>
      ` Confidence ${confidence.toFixed(2)}: right ${accuracy.toFixed(2)} of ${formatCount(count)}.`,
  );
  const names = ["right answers", "as sure as right"];
  return {
    title: "Reliability",
    description: `Reliability: expected calibration error ${expectedCalibrationError.toFixed(4)}.${told.join("")}`,
    width: COMPACT,
    height: 350,
    option: (theme) => {
      const { legend, height } = legendOf(theme, names, COMPACT);
      const axis = {
        min: 0,
        max: 1,
        interval: 0.2,
        axisLabel: { ...axisText(theme), formatter: (x: number) => x.toFixed(1) },
      };
      return {
        textStyle: { fontFamily: FONT, color: theme.text },
        grid: frame({ top: height + 8 }),
        legend,
        tooltip: tooltip(theme, ({ series, index }) => {
          const bin = series === names[0] ? filled[index] : undefined;
          if (!bin) return series;
          const sure = `confidence ${bin.low.toFixed(2)} to ${bin.high.toFixed(2)}, ${bin.confidence.toFixed(4)} on average`;
          return `${sure}:\nright ${bin.accuracy.toFixed(4)} of ${formatCount(bin.count)}`;
        }),
        xAxis: { ...valueAxis(theme, "confidence"), ...axis },
        yAxis: { ...valueAxis(theme), ...axis },
        series: [
          column(theme, names[0] ?? "", filled),
          {
            type: "line",
            name: names[1] ?? "",
            data: [
              [0, 0],
              [1, 1],
            ],
            symbol: "none",
            itemStyle: { color: theme.secondary },
            lineStyle: { color: theme.secondary, width: 2, type: "dashed" },
          },
        ],
      };
    },
  };
}

/** Bars as wide as their bins, with the number of samples at the foot of each. */
function column(theme: FigureTheme, name: string, bins: ReliabilityDiagramOptions["bins"]) {
  return {
    type: "custom" as const,
    name,
    itemStyle: { color: theme.primary },
    data: bins.map(({ low, high, accuracy, count }) => [low, high, accuracy, count]),
    encode: { x: [0, 1], y: 2 },
    renderItem: (_: unknown, api: { value(dim: number): unknown; coord(at: number[]): number[] }) => {
      const [low = 0, high = 0, accuracy = 0, count = 0] = [0, 1, 2, 3].map((dim) => Number(api.value(dim)));
      const [x = 0, y = 0] = api.coord([low, accuracy]);
      const [end = 0, base = 0] = api.coord([high, 0]);
      // Upright where the bar is too narrow for its number.
      const turned = end - x < 26;
      const inside = base - y > (turned ? 36 : 20);
      return {
        type: "group" as const,
        children: [
          {
            type: "rect" as const,
            shape: { x: x + 1, y, width: Math.max(1, end - x - 2), height: Math.max(1, base - y) },
            style: { fill: theme.primary },
          },
          {
            type: "text" as const,
            x: (x + end) / 2,
            y: (inside ? base : y) - 4,
            ...(turned && { rotation: Math.PI / 2 }),
            style: {
              text: short(count),
              fill: inside ? theme.surface : theme.text,
              font: `11px ${FONT}`,
              align: turned ? ("left" as const) : ("center" as const),
              verticalAlign: turned ? ("middle" as const) : ("bottom" as const),
            },
          },
        ],
      };
    },
  };
}

/** Counts in the width of a bar: 9,812 becomes 9.8k. */
function short(count: number): string {
  return count < 1000 ? String(count) : `${Number((count / 1000).toPrecision(2))}k`;
}
