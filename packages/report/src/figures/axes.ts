import { type FigureTheme, FONT } from "./theme.js";

/** Width of figures that a phone shows without making their text too small to read. */
export const COMPACT = 360;

/** Text of axes. */
export function axisText(theme: FigureTheme) {
  return { color: theme.muted, fontSize: 13, fontFamily: FONT };
}

/** The place of the drawing inside a figure: what the axes' own labels leave. */
export function frame({ top = 12, right = 16, bottom = 34, left = 8 }: Partial<Record<Side, number>> = {}) {
  return {
    left,
    right,
    top,
    bottom,
    outerBoundsMode: "same" as const,
    outerBoundsContain: "axisLabel" as const,
  };
}

type Side = "top" | "right" | "bottom" | "left";

/** An axis of numbers whose name stands below it (x) or is not written (y, where a title says it). */
export function valueAxis(theme: FigureTheme, name?: string) {
  return {
    type: "value" as const,
    axisLabel: { ...axisText(theme), hideOverlap: true },
    splitLine: { lineStyle: { color: theme.grid } },
    ...(name !== undefined && {
      name,
      nameLocation: "middle" as const,
      nameGap: 28,
      nameTextStyle: axisText(theme),
    }),
  };
}

/**
 * Room at the left of names. echarts reckons the width of a text without a browser to measure it; a wider font must not
 * lose its first letters.
 */
export function besideNames(names: readonly string[]): number {
  return 8 + Math.max(0, ...names.map(({ length }) => length));
}

/** Names from top to bottom. */
export function namesAxis(theme: FigureTheme, names: readonly string[]) {
  return {
    type: "category" as const,
    // echarts counts from below.
    inverse: true,
    data: [...names],
    axisLabel: { ...axisText(theme), color: theme.text, interval: 0 },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: theme.grid } },
  };
}

/** Marks that tell lines apart without color, in the order of `FigureTheme.series`. */
const SYMBOLS = ["circle", "diamond", "rect", "triangle", "roundRect", "arrow"] as const;

/** How the line or the points of number `index` look: color and mark, alike for none of the first 36. */
export function seriesLook(theme: FigureTheme, index: number) {
  const color = theme.series[index % theme.series.length] ?? theme.series[0];
  const round = Math.floor(index / theme.series.length);
  const symbol = SYMBOLS[(index + round) % SYMBOLS.length] ?? "circle";
  return { color, symbol, symbolSize: symbol === "diamond" || symbol === "triangle" ? 10 : 8 };
}

/** From one row of names to the next: a line of text and echarts' gap, which is the same downwards as sideways. */
const LEGEND_ROW = 30;
/** How wide a letter is at most on average, in the fonts that browsers take for system-ui. */
const LETTER = 7.8;

/** A legend above the drawing, and how high it is in a figure of this width: more names than fit go into further rows. */
export function legendOf(
  theme: FigureTheme,
  names: readonly string[],
  width: number,
  { itemWidth = 28 }: { itemWidth?: number } = {},
) {
  const itemGap = 16;
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const needed = itemWidth + 6 + name.length * LETTER + itemGap;
    if (used > 0 && used + needed > width) {
      rows += 1;
      used = 0;
    }
    used += needed;
  }
  const textStyle = { color: theme.text, fontSize: 13, fontFamily: FONT };
  const legend = { top: 0, left: 0, itemWidth, itemGap, itemHeight: 12, data: [...names], textStyle };
  return { legend, height: rows * LEGEND_ROW + 2 };
}
