import type { EChartsOption } from "echarts";
import { formatCount, formatPlural } from "../formats/numbers.js";
import { confusedPairs } from "../tables/confused-pairs.js";
import { mix, readableInk } from "./contrast.js";
import type { Figure } from "./figure.js";
import { type FigureTheme, FONT } from "./theme.js";
import { tooltip } from "./tooltip.js";

export interface ConfusionMatrixOptions {
  labels: readonly string[];
  /** confusion[true][predicted], counts. */
  confusion: readonly (readonly number[])[];
  /** Write the shares of each row, in percent, instead of the counts. */
  normalized?: boolean;
}

/** The share of a class at which a wrong cell has its full color: even one mistake in a thousand is to be seen. */
const FULL_WRONG_SHARE = 0.05;
/** More classes than this and the numbers would overlap: the colors stay. */
const MOST_NUMBERED = 24;

/** -1 (many wrong) to 0 (none) to 1 (all of the class right), on a square-root scale. */
function shade(count: number, total: number, right: boolean): number {
  const share = total === 0 ? 0 : count / total;
  return right ? Math.sqrt(share) : -Math.sqrt(Math.min(1, share / FULL_WRONG_SHARE));
}

/**
 * A heat map with counts: a row per true class, a column per predicted one. Right decisions (the diagonal) are blue,
 * wrong ones orange; both in the share of their row.
 *
 * @example
 * ```ts
 * confusionMatrix({ labels: ["cat", "dog"], confusion: [[48, 2], [0, 50]] }).description;
 * // => "Confusion matrix of 2 classes: 98 of 100 samples are on the diagonal. Most frequent mistake: true cat predicted dog (2 samples)."
 * ```
 */
export function confusionMatrix({ labels, confusion, normalized = false }: ConfusionMatrixOptions): Figure {
  const count = labels.length;
  const longest = Math.max(1, ...labels.map((label) => label.length));
  const turned = longest > 4;
  const cell = count <= 12 ? 44 : count <= MOST_NUMBERED ? 34 : 14;
  const left = 34 + longest * 8;
  const top = 34 + (turned ? longest * 8 : 18);
  return {
    title: normalized ? "Confusion matrix, percent of each true class" : "Confusion matrix",
    description: described(labels, confusion),
    width: left + count * cell + 6,
    height: top + count * cell + 6,
    option: (theme) => option(theme, { labels, confusion, normalized }, { left, top, turned }),
  };
}

function option(
  theme: FigureTheme,
  { labels, confusion, normalized }: ConfusionMatrixOptions,
  { left, top, turned }: { left: number; top: number; turned: boolean },
): EChartsOption {
  const axisLabel = { color: theme.text, fontSize: 14, fontFamily: FONT, interval: 0 };
  const axis = {
    type: "category" as const,
    data: [...labels],
    nameLocation: "middle" as const,
    nameTextStyle: { color: theme.muted, fontSize: 14, fontFamily: FONT },
    axisLine: { show: false },
    axisTick: { show: false },
    splitArea: { show: false },
  };
  return {
    textStyle: { fontFamily: FONT },
    grid: { left, right: 6, top, bottom: 6, outerBoundsMode: "none" },
    tooltip: tooltip(theme, ({ value }) => {
      const [predicted = 0, label = 0, count = 0] = value as number[];
      const total = (confusion[label] ?? []).reduce((sum, each) => sum + each, 0);
      const of = `${formatCount(count)} of ${formatCount(total)}`;
      return `true ${labels[label]}, predicted ${labels[predicted]}: ${of}`;
    }),
    xAxis: {
      ...axis,
      name: "predicted",
      position: "top",
      nameGap: top - 22,
      axisLabel: turned ? { ...axisLabel, rotate: 90 } : axisLabel,
    },
    yAxis: { ...axis, name: "true", inverse: true, nameGap: left - 16, axisLabel },
    visualMap: {
      show: false,
      type: "continuous",
      dimension: 3,
      min: -1,
      max: 1,
      inRange: { color: [theme.wrong[1], theme.wrong[0], theme.right[1]] },
    },
    series: [
      {
        type: "heatmap",
        data: confusion.flatMap((row, label) => cells(theme, row, label)),
        itemStyle: { borderColor: theme.surface, borderWidth: 2, borderRadius: 4 },
        label: {
          show: labels.length <= MOST_NUMBERED,
          fontSize: 14,
          fontFamily: FONT,
          formatter: (params) => {
            const [, label = 0, count = 0] = params.value as number[];
            return normalized ? percent(count, confusion[label] ?? []) : String(count);
          },
        },
      },
    ],
  };
}

/** The share of a row in as many digits as a cell has room for: 99.6, 0.12, 0. */
function percent(count: number, row: readonly number[]): string {
  const total = row.reduce((sum, each) => sum + each, 0);
  if (count === 0 || total === 0) return "0";
  const share = (count / total) * 100;
  return share === 100 ? "100" : share.toFixed(share < 0.095 ? 2 : 1);
}

function cells(theme: FigureTheme, row: readonly number[], label: number) {
  const total = row.reduce((sum, count) => sum + count, 0);
  return row.map((count, predicted) => {
    const value = shade(count, total, label === predicted);
    const [none, full] = value > 0 ? theme.right : theme.wrong;
    const fill = mix(none, full, Math.abs(value));
    // Zeros step back.
    const ink = count === 0 ? theme.muted : readableInk(fill, [theme.text, theme.surface]);
    return {
      value: [predicted, label, count, value],
      label: { color: ink, fontWeight: count === 0 ? ("normal" as const) : ("bold" as const) },
    };
  });
}

function described(labels: readonly string[], confusion: readonly (readonly number[])[]): string {
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  const right = confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  const [worst] = confusedPairs(confusion);
  const diagonal = `Confusion matrix of ${labels.length} classes: ${formatCount(right)} of ${formatPlural(total, "sample")} are on the diagonal.`;
  if (!worst) return `${diagonal} There are no mistakes.`;
  const pair = `true ${labels[worst.label]} predicted ${labels[worst.predicted]}`;
  return `${diagonal} Most frequent mistake: ${pair} (${formatPlural(worst.count, "sample")}).`;
}
