import { formatCount } from "../formats/numbers.js";
import type { Figure } from "./figure.js";
import { FONT } from "./theme.js";
import { tooltip } from "./tooltip.js";

export interface LabelCountsOptions {
  labels: readonly string[];
  /** counts[i] examples carry labels[i]. */
  counts: readonly number[];
}

/**
 * How many examples carry each label, as bars.
 *
 * @example
 * ```ts
 * labelCounts({ labels: ["cat", "dog"], counts: [5, 1200] }).description;
 * // => "Examples per label: cat 5, dog 1,200."
 * ```
 */
export function labelCounts({ labels, counts }: LabelCountsOptions): Figure {
  const pairs = labels.map((label, index) => `${label} ${formatCount(counts[index] ?? 0)}`);
  return {
    title: "Examples per label",
    description: `Examples per label: ${pairs.join(", ")}.`,
    width: 400,
    height: 270,
    option: (theme) => {
      const axisLabel = { color: theme.muted, fontSize: 13, fontFamily: FONT };
      const rotate = labels.some((label) => label.length > 4) ? 40 : 0;
      return {
        textStyle: { fontFamily: FONT, color: theme.text },
        grid: {
          left: 8,
          right: 8,
          top: 24,
          bottom: 8,
          outerBoundsMode: "same",
          outerBoundsContain: "axisLabel",
        },
        tooltip: tooltip(theme, ({ index }) => pairs[index] ?? ""),
        xAxis: {
          type: "category",
          data: [...labels],
          axisLabel: { ...axisLabel, rotate, interval: 0 },
          axisTick: { show: false },
          axisLine: { lineStyle: { color: theme.grid } },
        },
        yAxis: { type: "value", axisLabel, splitLine: { lineStyle: { color: theme.grid } } },
        series: [
          {
            type: "bar",
            data: [...counts],
            itemStyle: { color: theme.primary },
            label: {
              show: labels.length <= 12,
              position: "top",
              color: theme.text,
              fontSize: 11,
              fontFamily: FONT,
            },
          },
        ],
      };
    },
  };
}
