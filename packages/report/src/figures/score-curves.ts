import { axisText, COMPACT, frame, legendOf, seriesLook, valueAxis } from "./axes.js";
import type { Figure } from "./figure.js";
import { type FigureTheme, FONT } from "./theme.js";

export interface ScoreCurve {
  /** The class. */
  label: string;
  /** [x, y], both 0..1: false positive rate and recall, or recall and precision. */
  points: readonly (readonly [number, number])[];
  /** Area under the curve, or average precision. */
  area: number;
}

export interface ScoreCurvesOptions {
  /** One class against the rest each. */
  curves: readonly ScoreCurve[];
}

/** How many curves are drawn in colors, those with the least area; the others stay gray. */
const SHOWN = 4;
/** Where every area is above this, only the corner that differs is drawn. */
const NEAR_PERFECT = 0.99;

/**
 * ROC curves of one class against the rest each. Where all are nearly perfect, only the corner where they differ is shown.
 *
 * @example
 * ```ts
 * rocCurves({ curves: [{ label: "7", points: [[0, 0], [0, 1], [1, 1]], area: 1 }] }).description;
 * // => "ROC, one class against the rest. Area under the curve: 7 1.0000."
 * ```
 */
export function rocCurves({ curves }: ScoreCurvesOptions): Figure {
  return scoreCurves("ROC, one class against the rest", "Area under the curve", curves, {
    x: "false positive rate",
    corner: { x: [0, 0.05], y: [0.95, 1] },
  });
}

/**
 * Precision against recall of one class against the rest each, likewise.
 *
 * @example
 * ```ts
 * precisionRecallCurves({ curves: [{ label: "7", points: [[0, 1], [1, 0.5]], area: 0.75 }] }).description;
 * // => "Precision against recall, one class against the rest. Average precision: 7 0.7500."
 * ```
 */
export function precisionRecallCurves({ curves }: ScoreCurvesOptions): Figure {
  return scoreCurves("Precision against recall, one class against the rest", "Average precision", curves, {
    x: "recall",
    corner: { x: [0.9, 1], y: [0.9, 1] },
  });
}

interface Place {
  x: string;
  corner: { x: readonly [number, number]; y: readonly [number, number] };
}

function scoreCurves(title: string, areas: string, curves: readonly ScoreCurve[], place: Place): Figure {
  const worst = [...curves].sort((a, b) => a.area - b.area);
  const told = worst.map(({ label, area }) => `${label} ${area.toFixed(4)}`).join(", ");
  return {
    title,
    description: `${title}. ${areas}: ${told || "no class has one"}.`,
    width: COMPACT,
    height: 360,
    option: (theme) => option(theme, worst, place),
  };
}

function option(theme: FigureTheme, worst: readonly ScoreCurve[], { x, corner }: Place) {
  const near = worst.every(({ area }) => area > NEAR_PERFECT);
  const [xs, ys] = near
    ? [corner.x, corner.y]
    : ([
        [0, 1],
        [0, 1],
      ] as const);
  const colored = worst.slice(0, SHOWN);
  const others = worst.slice(SHOWN);
  const named = (curve: ScoreCurve) => `${curve.label} (${curve.area.toFixed(4)})`;
  const rest = `${others.length} others`;
  const names = [...colored.map(named), ...(others.length > 0 ? [rest] : [])];
  const { legend, height } = legendOf(theme, names, COMPACT);
  const digits = near ? 2 : 1;
  const axisLabel = { ...axisText(theme), formatter: (value: number) => value.toFixed(digits) };
  const line = (
    name: string,
    curve: ScoreCurve,
    color: string,
    width: number,
    type: "solid" | "dashed" | "dotted",
  ) => ({
    type: "line" as const,
    name,
    data: curve.points.map((point) => [...point]),
    symbol: "none",
    clip: true,
    // Pointing at a name in the legend brings its curve forward.
    emphasis: { focus: "series" as const },
    itemStyle: { color },
    lineStyle: { color, width, type },
  });
  const dashes = ["solid", "dashed", "dotted", "solid"] as const;
  return {
    textStyle: { fontFamily: FONT, color: theme.text },
    grid: frame({ top: height + 4 }),
    legend: { ...legend, icon: "roundRect" },
    xAxis: { ...valueAxis(theme, x), min: xs[0], max: xs[1], splitNumber: 5, axisLabel },
    yAxis: { ...valueAxis(theme), min: ys[0], max: ys[1], splitNumber: 5, axisLabel },
    series: [
      ...others.map((curve) => line(rest, curve, theme.muted, 1, "solid")),
      ...colored.map((curve, i) =>
        line(named(curve), curve, seriesLook(theme, i).color, i === 3 ? 1.5 : 2.5, dashes[i] ?? "solid"),
      ),
    ],
  };
}
