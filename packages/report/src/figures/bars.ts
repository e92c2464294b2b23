import { axisText, besideNames, COMPACT, frame, namesAxis, valueAxis } from "./axes.js";
import type { Figure } from "./figure.js";
import { FONT } from "./theme.js";
import { tooltip } from "./tooltip.js";

export interface Bar {
  name: string;
  /** Null where there is none; `text` then says why. */
  value: number | null;
  /** The value as it is written at the bar's end. */
  text: string;
}

export interface BarsOptions {
  title: string;
  bars: readonly Bar[];
  /** What the lengths are, such as "seconds". */
  unit: string;
}

const ROW = 32;

/** A lying bar for each name, its value written at its end. What `trainingTimes` and `parameterImportance` are drawn by. */
export function bars({ title, bars: given, unit }: BarsOptions): Figure {
  const longest = Math.max(0, ...given.map(({ text }) => text.length));
  return {
    title,
    description: `${title}: ${given.map(({ name, text }) => `${name} ${text}`).join(", ") || "nothing was measured"}.`,
    width: COMPACT,
    height: given.length * ROW + 52,
    option: (theme) => ({
      textStyle: { fontFamily: FONT, color: theme.text },
      grid: frame({ top: 4, right: 14 + longest * 7, left: besideNames(given.map(({ name }) => name)) }),
      tooltip: tooltip(theme, ({ index }) => `${given[index]?.name}: ${given[index]?.text}`),
      xAxis: { ...valueAxis(theme, unit), min: 0, splitNumber: 3 },
      yAxis: namesAxis(
        theme,
        given.map(({ name }) => name),
      ),
      series: [
        {
          type: "bar",
          barMaxWidth: ROW - 12,
          itemStyle: { color: theme.primary },
          data: given.map(({ value, text }) => ({
            value: value ?? 0,
            label: {
              show: true,
              position: "right" as const,
              formatter: text,
              ...axisText(theme),
              color: value === null ? theme.muted : theme.text,
            },
          })),
        },
      ],
    }),
  };
}
