import { axisText, COMPACT } from "./axes.js";
import { mix } from "./contrast.js";
import type { Figure } from "./figure.js";
import { type FigureTheme, FONT } from "./theme.js";

/** A hyper-parameter as an axis: numbers lie on it by their size, everything else in the order given. */
export interface ParameterAxis {
  name: string;
  /** Of a category axis; an axis without them is one of numbers. */
  values?: readonly string[];
  scale?: "linear" | "log";
}

export interface ParallelCoordinatesOptions {
  axes: readonly ParameterAxis[];
  /** The name of the last axis. */
  objective: string;
  direction: "max" | "min";
  /** `values` has one for each axis; null where a condition left the parameter out. `score`: null for a failed trial. */
  trials: readonly { values: readonly (number | string | null)[]; score: number | null }[];
}

const ROW = 62;

/**
 * What a search tried: a line per trial through its hyper-parameters down to the objective, the better the darker, the
 * best one in another color and thicker.
 *
 * @example
 * ```ts
 * const trials = [{ values: [64, "adam"], score: 0.95 }, { values: [32, "sgd"], score: 0.9 }];
 * const axes = [{ name: "units" }, { name: "optimizer", values: ["adam", "sgd"] }];
 * parallelCoordinates({ axes, objective: "val_accuracy", direction: "max", trials }).description;
 * // => "2 trials. The best val_accuracy is 0.9500, with units 64, optimizer adam."
 * ```
 */
export function parallelCoordinates(options: ParallelCoordinatesOptions): Figure {
  const { axes, objective, trials } = options;
  const best = bestOf(options);
  const chosen = axes.flatMap(({ name }, i) => {
    const value = best?.values[i] ?? null;
    return value === null ? [] : [`${name} ${value}`];
  });
  const found =
    best === undefined
      ? "None of them ended."
      : `The best ${objective} is ${best.score?.toFixed(4)}, with ${chosen.join(", ")}.`;
  return {
    title: "What the search tried",
    description: `${trials.length} ${trials.length === 1 ? "trial" : "trials"}. ${found}`,
    width: COMPACT,
    height: (axes.length + 1) * ROW + 24,
    option: (theme) => option(theme, options),
  };
}

function bestOf({ trials, direction }: ParallelCoordinatesOptions) {
  const ended = trials.filter(({ score }) => score !== null);
  const sign = direction === "max" ? 1 : -1;
  return ended.sort((a, b) => sign * ((b.score ?? 0) - (a.score ?? 0)))[0];
}

function option(theme: FigureTheme, options: ParallelCoordinatesOptions) {
  const { axes, objective, trials, direction } = options;
  const best = bestOf(options);
  const scores = trials.flatMap(({ score }) => score ?? []);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const share = (score: number | null) => {
    if (score === null || high === low) return 0.5;
    const up = (score - low) / (high - low);
    return direction === "max" ? up : 1 - up;
  };
  const lines = trials.filter((trial) => trial !== best && trial.score !== null);
  const drawn = (trial: (typeof trials)[number]) => [
    ...trial.values.map((value) => value ?? "-"),
    trial.score ?? "-",
  ];
  return {
    textStyle: { fontFamily: FONT, color: theme.text },
    parallel: {
      left: 34,
      right: 34,
      top: 34,
      bottom: 34,
      // An axis per row: as many as there are fit a phone's width.
      layout: "vertical" as const,
    },
    parallelAxis: [...axes, { name: objective } as ParameterAxis].map(({ name, values, scale }, dim) => ({
      dim,
      // Above its line, at the left: beside it there is no room.
      name,
      nameLocation: "start" as const,
      nameGap: 0,
      nameTextStyle: {
        color: theme.text,
        fontSize: 13,
        fontFamily: FONT,
        fontWeight: "bold" as const,
        textBorderColor: theme.surface,
        textBorderWidth: 3,
        align: "left" as const,
        verticalAlign: "bottom" as const,
        padding: [0, 0, 8, -22],
      },
      ...(values
        ? { type: "category" as const, data: [...values] }
        : { type: scale === "log" ? ("log" as const) : ("value" as const), scale: true }),
      // Above the lines, with a rim that keeps them off.
      z: 10,
      axisLabel: {
        ...axisText(theme),
        color: theme.text,
        fontSize: 12,
        hideOverlap: true,
        textBorderColor: theme.surface,
        textBorderWidth: 3,
      },
      axisLine: { lineStyle: { color: theme.muted } },
      axisTick: { show: values === undefined, lineStyle: { color: theme.muted } },
    })),
    series: [
      ...lines.map((trial) => ({
        type: "parallel" as const,
        silent: true,
        lineStyle: {
          color: mix(theme.right[0], theme.right[1], 0.35 + 0.65 * share(trial.score)),
          width: 1.5,
          opacity: 0.9,
        },
        data: [drawn(trial)],
      })),
      ...(best
        ? [
            {
              type: "parallel" as const,
              name: "best",
              lineStyle: { color: theme.secondary, width: 4, opacity: 1 },
              data: [drawn(best)],
            },
          ]
        : []),
    ],
  };
}
