import type { EpochLog } from "@congruent/core/schemas";
import type { EChartsOption } from "echarts";
import { formatPercent } from "../formats/numbers.js";
import { axisText, frame, legendOf, seriesLook } from "./axes.js";
import type { Figure } from "./figure.js";
import { type FigureTheme, FONT, light } from "./theme.js";
import { tooltipLook } from "./tooltip.js";

/** The epochs of one training. */
export interface CurveRun {
  name: string;
  epochs: readonly EpochLog[];
}

export type CurvesOptions = {
  metric: "loss" | "accuracy";
  title?: string;
} & ({ epochs: readonly EpochLog[] } | { runs: readonly CurveRun[] });

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

/** For more runs than this only the validation is drawn: twice as many lines could not be told apart. */
const MOST_IN_FULL = 2;

interface Curve {
  name: string;
  values: (number | null)[];
  /** Which run it belongs to: decides color and mark. */
  run: number;
  dashed: boolean;
}

/**
 * Training and validation curve of one metric, a point per epoch; several runs share the axes and differ in color and mark.
 * Without validation there is one curve for each, and of more than two runs only the validation is drawn where they have it.
 *
 * @example
 * ```ts
 * const log = { epoch: 1, steps: 844, seconds: 9, examplesPerSecond: 6000, loss: 0.31, crossEntropy: 0.31, accuracy: 0.9 };
 * curves({ epochs: [log], metric: "accuracy" }).description;
 * // => "Accuracy per epoch: training goes from 90.00 % in epoch 1 to 90.00 % in epoch 1."
 * curves({ runs: [{ name: "mlp", epochs: [log] }], metric: "loss", title: "Loss" }).description;
 * // => "Loss: mlp, training goes from 0.310 in epoch 1 to 0.310 in epoch 1."
 * ```
 */
export function curves(options: CurvesOptions): Figure {
  const { metric } = options;
  const { show, title: usual } = METRICS[metric];
  const { title = usual } = options;
  const drawn = curvesOf(options);
  const told = drawn.flatMap(({ name, values }) => {
    const known = values.flatMap((value, at) => (value === null ? [] : [{ value, epoch: at + 1 }]));
    const [begin, end] = [known[0], known.at(-1)];
    if (!begin || !end) return [];
    return [
      `${name} goes from ${show(begin.value)} in epoch ${begin.epoch} to ${show(end.value)} in epoch ${end.epoch}`,
    ];
  });
  return {
    title,
    description: `${title}: ${told.join("; ") || "no epoch was recorded"}.`,
    width: WIDTH,
    height:
      236 +
      legendOf(
        light,
        drawn.map(({ name }) => name),
        WIDTH,
      ).height,
    option: (theme) => option(theme, drawn, metric),
  };
}

const WIDTH = 400;

function curvesOf(options: CurvesOptions): Curve[] {
  const { train, validation } = METRICS[options.metric];
  const runs = "runs" in options ? options.runs : [{ name: "", epochs: options.epochs }];
  const brief = runs.length > MOST_IN_FULL;
  return runs.flatMap(({ name, epochs }, run) => {
    const within = (value: (log: EpochLog) => number | undefined) => {
      const values: (number | null)[] = new Array(Math.max(0, ...epochs.map(({ epoch }) => epoch))).fill(
        null,
      );
      for (const log of epochs) values[log.epoch - 1] = value(log) ?? null;
      return values;
    };
    const hasValidation = epochs.some((log) => validation(log) !== undefined);
    const called = (part: string) =>
      name === "" ? part : brief && hasValidation ? name : `${name}, ${part}`;
    return [
      ...(brief && hasValidation
        ? []
        : [{ name: called("training"), values: within(train), run, dashed: false }]),
      ...(hasValidation
        ? [{ name: called("validation"), values: within(validation), run, dashed: !brief }]
        : []),
    ];
  });
}

function option(theme: FigureTheme, drawn: readonly Curve[], metric: "loss" | "accuracy"): EChartsOption {
  const { show } = METRICS[metric];
  const label = axisText(theme);
  const values = drawn.flatMap((curve) => curve.values.flatMap((value) => value ?? []));
  const span = Math.max(...values) - Math.min(...values);
  const epochs = Math.max(0, ...drawn.map((curve) => curve.values.length));
  const { legend, height } = legendOf(
    theme,
    drawn.map(({ name }) => name),
    WIDTH,
  );
  return {
    textStyle: { fontFamily: FONT, color: theme.text },
    grid: frame({ right: 20, top: height }),
    legend,
    tooltip: {
      ...tooltipLook(theme),
      trigger: "axis",
      valueFormatter: (value) => (typeof value === "number" ? show(value) : "–"),
    },
    xAxis: {
      type: "category",
      data: Array.from({ length: epochs }, (_, index) => String(index + 1)),
      boundaryGap: epochs < 2,
      name: "epoch",
      nameLocation: "middle",
      nameGap: 26,
      // What the tooltip says above the values.
      axisPointer: { label: { show: false, formatter: ({ value }) => `epoch ${value}` } },
      nameTextStyle: label,
      axisLabel: label,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.grid } },
    },
    yAxis: {
      type: "value",
      scale: true,
      splitNumber: 5,
      // Accuracies close to each other need more decimals to have different ticks.
      axisLabel: {
        ...label,
        formatter: (value: number) =>
          metric === "accuracy"
            ? `${(value * 100).toFixed(span < 0.06 ? 1 : 0)} %`
            : String(Number(value.toPrecision(3))),
      },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    series: drawn.map((curve) => line(theme, curve, new Set(drawn.map(({ run }) => run)).size === 1)),
  };
}

/** Of one run, training and validation differ in color and mark; of several, each run has its own and validation is dashed. */
function line(theme: FigureTheme, { name, values, run, dashed }: Curve, alone: boolean) {
  const { color, symbol, symbolSize } = seriesLook(theme, alone ? Number(dashed) : run);
  return {
    type: "line" as const,
    name,
    data: values,
    symbol,
    symbolSize,
    showAllSymbol: values.length <= 30,
    itemStyle: { color },
    lineStyle: { color, width: 2.5, type: dashed ? ("dashed" as const) : ("solid" as const) },
  };
}
