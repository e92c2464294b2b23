import type { TooltipComponentOption } from "echarts";
import { type FigureTheme, FONT } from "./theme.js";

/** The mark that the pointer is on. */
export interface PointedAt {
  /** The series' name. */
  series: string;
  /** Which of the series' data. */
  index: number;
  /** That datum. */
  value: unknown;
}

/** How a tooltip looks: on the theme's surface, and as text, so that no name in it is taken for HTML. */
export function tooltipLook(theme: FigureTheme): TooltipComponentOption {
  return {
    renderMode: "richText",
    backgroundColor: theme.surface,
    borderColor: theme.muted,
    borderWidth: 1,
    padding: [6, 10],
    textStyle: { color: theme.text, fontSize: 13, fontFamily: FONT },
  };
}

/** A tooltip for single marks, which says what `say` makes of the mark. */
export function tooltip(theme: FigureTheme, say: (at: PointedAt) => string): TooltipComponentOption {
  return {
    ...tooltipLook(theme),
    trigger: "item",
    formatter: (params) => {
      const [mark] = [params].flat();
      return mark ? say({ series: mark.seriesName ?? "", index: mark.dataIndex, value: mark.value }) : "";
    },
  };
}
