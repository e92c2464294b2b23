import type { EpochLog } from "@congruent/core";
import type { EChartsOption } from "echarts";
import { formatPercent } from "../format.js";
import type { Figure } from "./figure.js";
import { type FigureTheme, FONT } from "./theme.js";

export interface CurvesOptions {
  epochs: readonly EpochLog[];
  metric: "loss" | "accuracy";
}

const METRICS = {
  loss: {
    title: "Loss per epoch",
    train: (log: EpochLog) => log.loss,
    validation: (log: EpochLog) => log.valLoss,
    show: (value: number) => value.toPrecision(3),
  },
  accuracy: {
    title: "Accuracy per epoch",
    train: (log: EpochLog) => log.accuracy,
    validation: (log: EpochLog) => log.valAccuracy,
    show: formatPercent,
  },
};

/**
 * Training and validation curve of one metric, a point per epoch. Without validation there is one curve.
 *
 * @example
 * ```ts
 * const log = { epoch: 1, steps: 844, seconds: 9, examplesPerSecond: 6000, loss: 0.31, crossEntropy: 0.31, accuracy: 0.9 };
 * curves({ epochs: [log], metric: "accuracy" }).description;
 * // => "Accuracy per epoch: training goes from 90.00 % in epoch 1 to 90.00 % in epoch 1."
 * ```
 */
export function curves({ epochs, metric }: CurvesOptions): Figure {
  const { title, train, validation, show } = METRICS[metric];
  const first = epochs[0];
  const last = epochs.at(-1);
  const told = (name: string, value: (log: EpochLog) => number | undefined) => {
    const begin = first && value(first);
    const end = last && value(last);
    if (begin === undefined || end === undefined) return [];
    return [
      `${name} goes from ${show(begin)} in epoch ${first?.epoch} to ${show(end)} in epoch ${last?.epoch}`,
    ];
  };
  const sentences = [...told("training", train), ...told("validation", validation)];
  return {
    title,
    description: `${title}: ${sentences.join("; ") || "no epoch was recorded"}.`,
    width: 400,
    height: 280,
    option: (theme) => option(theme, epochs, metric),
  };
}

function option(theme: FigureTheme, epochs: readonly EpochLog[], metric: "loss" | "accuracy"): EChartsOption {
  const { train, validation, show } = METRICS[metric];
  const hasValidation = epochs.some((log) => validation(log) !== undefined);
  const label = { color: theme.muted, fontSize: 13, fontFamily: FONT };
  const values = epochs.flatMap((log) => [train(log) ?? [], validation(log) ?? []].flat());
  const span = Math.max(...values) - Math.min(...values);
  return {
    textStyle: { fontFamily: FONT, color: theme.text },
    grid: {
      left: 8,
      right: 20,
      top: 44,
      bottom: 34,
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    legend: {
      top: 0,
      left: 0,
      itemGap: 24,
      itemWidth: 32,
      textStyle: { color: theme.text, fontSize: 14, fontFamily: FONT },
    },
    tooltip: { trigger: "axis", valueFormatter: (value) => (typeof value === "number" ? show(value) : "") },
    xAxis: {
      type: "category",
      data: epochs.map((log) => String(log.epoch)),
      boundaryGap: epochs.length < 2,
      name: "epoch",
      nameLocation: "middle",
      nameGap: 26,
      nameTextStyle: label,
      axisLabel: label,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.grid } },
    },
    yAxis: {
      type: "value",
      scale: true,
      splitNumber: 5,
      // Accuracies that lie close together need more decimals to stay distinct ticks.
      axisLabel: {
        ...label,
        formatter: (value: number) =>
          metric === "accuracy"
            ? `${(value * 100).toFixed(span < 0.02 ? 1 : 0)} %`
            : String(Number(value.toPrecision(3))),
      },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    series: [
      line(
        "training",
        epochs.map((log) => train(log) ?? null),
        theme.primary,
        "circle",
        "solid",
      ),
      ...(hasValidation
        ? [
            line(
              "validation",
              epochs.map((log) => validation(log) ?? null),
              theme.secondary,
              "diamond",
              "dashed",
            ),
          ]
        : []),
    ],
  };
}

function line(
  name: string,
  data: (number | null)[],
  color: string,
  symbol: "circle" | "diamond",
  type: "solid" | "dashed",
) {
  return {
    type: "line" as const,
    name,
    data,
    symbol,
    symbolSize: symbol === "diamond" ? 10 : 8,
    showAllSymbol: data.length <= 30,
    itemStyle: { color },
    lineStyle: { color, width: 2.5, type },
  };
}
