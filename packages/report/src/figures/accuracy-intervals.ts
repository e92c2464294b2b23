import { formatScore } from "../formats/numbers.js";
import { axisText, besideNames, COMPACT, frame, legendOf, namesAxis, valueAxis } from "./axes.js";
import type { Figure } from "./figure.js";
import { type FigureTheme, FONT, light } from "./theme.js";
import { tooltip } from "./tooltip.js";
import { whiskers } from "./whisker.js";

export interface ScoredModel {
  name: string;
  /** 0..1, with its 95 % interval; null where the model has not been scored. */
  score: { accuracy: number; interval: readonly [number, number] } | null;
  /** What was reported elsewhere, 0..1. */
  reported?: number;
  /** The digits that it was printed with. Default: 4. */
  reportedDigits?: number;
  /** Accuracies of runs with other seeds. */
  others?: readonly number[];
}

export interface AccuracyIntervalsOptions {
  models: readonly ScoredModel[];
  title?: string;
}

const ROW = 44;

/**
 * Accuracies with Wilson's 95 % intervals, a row per model, beside what was reported.
 *
 * @example
 * ```ts
 * const score = { accuracy: 0.99, interval: wilsonInterval(9900, 10000) };
 * accuracyIntervals({ models: [{ name: "lenet", score, reported: 0.9913 }] }).description;
 * // => "Accuracy with 95 % interval: lenet 0.9900 (0.9879 to 0.9918), reported 0.9913."
 * ```
 */
export function accuracyIntervals({
  models,
  title = "Accuracy with 95 % interval",
}: AccuracyIntervalsOptions): Figure {
  const told = models.map(said);
  const legend = legendOf(light, legendNames(models), COMPACT, MARKS);
  return {
    title,
    description: `${title}: ${told.join("; ")}.`,
    width: COMPACT,
    height: legend.height + models.length * ROW + 46,
    option: (theme) => option(theme, models),
  };
}

/** A model's score in words. */
function said({ name, score, reported, reportedDigits = 4 }: ScoredModel): string {
  const elsewhere = reported === undefined ? "" : `, reported ${reported.toFixed(reportedDigits)}`;
  if (!score) return `${name} not scored${elsewhere}`;
  const [low, high] = score.interval;
  return `${name} ${formatScore(score.accuracy)} (${formatScore(low)} to ${formatScore(high)})${elsewhere}`;
}

const OURS = "here (95 %)";
const OTHERS = "other seeds";
const REPORTED = "reported";
const MARKS = { itemWidth: 14 };

function legendNames(models: readonly ScoredModel[]): string[] {
  return [
    OURS,
    ...(models.some(({ reported }) => reported !== undefined) ? [REPORTED] : []),
    ...(models.some(({ others }) => others?.length) ? [OTHERS] : []),
  ];
}

function option(theme: FigureTheme, models: readonly ScoredModel[]) {
  const { legend, height } = legendOf(theme, legendNames(models), COMPACT, MARKS);
  const scored = models.flatMap(({ score }, row) => {
    return score ? [[score.accuracy, row, ...score.interval] as const] : [];
  });
  const reported = models.flatMap((model, row) =>
    model.reported === undefined ? [] : [[model.reported, row]],
  );
  const others = models.flatMap((model, row) => (model.others ?? []).map((accuracy) => [accuracy, row]));
  const all = [
    ...scored.flatMap(([, , low, high]) => [low, high]),
    ...[...reported, ...others].map(([x = 0]) => x),
  ];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = (high - low) * 0.06 || 0.01;
  const points = { type: "scatter" as const, z: 3 };
  const start = all.length === 0 ? 0 : Math.max(0, low - margin);
  const missing = models.flatMap(({ score }, row) => (score ? [] : [[start, row]]));
  return {
    textStyle: { fontFamily: FONT, color: theme.text },
    grid: frame({ top: height, right: 20, left: besideNames(models.map(({ name }) => name)) }),
    legend,
    tooltip: tooltip(theme, ({ series, value }) => {
      const [accuracy = 0, row = 0] = value as number[];
      const model = models[row] as ScoredModel;
      return series === OTHERS ? `${model.name}, another seed: ${formatScore(accuracy)}` : said(model);
    }),
    xAxis: {
      ...valueAxis(theme, "test accuracy"),
      min: start,
      max: all.length === 0 ? 1 : Math.min(1, high + margin),
      splitNumber: 4,
      axisLabel: {
        ...axisText(theme),
        hideOverlap: true,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => value.toFixed(high - low < 0.02 ? 3 : 2),
      },
    },
    yAxis: namesAxis(
      theme,
      models.map(({ name }) => name),
    ),
    series: [
      {
        ...points,
        name: OURS,
        data: scored.map(([x, row]) => [x, row]),
        symbolSize: 10,
        itemStyle: { color: theme.primary, opacity: 1 },
        label: {
          show: true,
          position: "top" as const,
          distance: 6,
          formatter: ({ value }: { value: unknown }) => formatScore((value as number[])[0] ?? 0),
          color: theme.text,
          fontSize: 12,
          fontFamily: FONT,
        },
      },
      whiskers(OURS, "x", scored, theme.primary),
      {
        ...points,
        name: REPORTED,
        data: reported,
        symbol: "diamond",
        symbolSize: 13,
        itemStyle: { color: theme.surface, borderColor: theme.secondary, borderWidth: 2.5, opacity: 1 },
      },
      {
        ...points,
        name: OTHERS,
        data: others,
        symbol: "rect",
        symbolSize: [3, 12],
        itemStyle: { color: theme.muted, opacity: 1 },
      },
      {
        ...points,
        silent: true,
        data: missing,
        symbolSize: 0,
        label: { ...axisText(theme), show: true, position: "right" as const, formatter: "not scored here" },
      },
    ],
  };
}
