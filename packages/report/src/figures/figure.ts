import type { EChartsOption } from "echarts";
import type { FigureTheme } from "./theme.js";

/**
 * A chart as data: `renderSvg` draws it in Node and `mountFigure` in a browser, from the same option.
 * Sizes are in CSS pixels.
 */
export interface Figure {
  title: string;
  /** What the figure shows, in words, for those who do not see it. */
  description: string;
  width: number;
  height: number;
  option: (theme: FigureTheme) => EChartsOption;
}
