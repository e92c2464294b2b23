import { init } from "#charts";
import type { Figure } from "./figure.js";
import type { FigureTheme } from "./theme.js";

/**
 * A figure on a page: `update` leaves out the series that the reader has taken out, `resize` after its element changed
 * its size, `dispose` when it goes.
 */
export interface MountedFigure {
  update(figure: Figure, theme: FigureTheme): void;
  resize(): void;
  dispose(): void;
}

/**
 * Draws a figure into an element, with tooltips. Browser only; the element needs a width and a height.
 *
 * @example
 * ```ts no-run
 * const mounted = mountFigure(document.querySelector("#curves"), curves({ epochs, metric: "loss" }), light);
 * ```
 */
export function mountFigure(element: HTMLElement, figure: Figure, theme: FigureTheme): MountedFigure {
  const chart = init(element, null, { renderer: "svg" });
  const update = (next: Figure, nextTheme: FigureTheme) => {
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", next.description);
    const option = next.option(nextTheme);
    const [shown] = (chart.getOption() as { legend?: { selected?: object }[] } | undefined)?.legend ?? [];
    const legend = shown?.selected && { legend: { ...option.legend, selected: shown.selected } };
    chart.setOption({ ...option, ...(option.legend && legend) }, { notMerge: true });
  };
  update(figure, theme);
  return { update, resize: () => chart.resize(), dispose: () => chart.dispose() };
}
