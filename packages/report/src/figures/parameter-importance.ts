import { bars } from "./bars.js";
import type { Figure } from "./figure.js";

export interface ParameterImportanceOptions {
  /** Shares of the objective's variation, 0..1. */
  importances: readonly { name: string; importance: number }[];
}

/**
 * How much each hyper-parameter decides, the most important one first.
 *
 * @example
 * ```ts
 * parameterImportance({ importances: [{ name: "units", importance: 0.2 }, { name: "l2", importance: 0.8 }] }).description;
 * // => "Importance of the hyper-parameters: l2 0.80, units 0.20."
 * ```
 */
export function parameterImportance({ importances }: ParameterImportanceOptions): Figure {
  return bars({
    title: "Importance of the hyper-parameters",
    unit: "share of what the objective varies by",
    bars: [...importances]
      .sort((a, b) => b.importance - a.importance)
      .map(({ name, importance }) => ({ name, value: importance, text: importance.toFixed(2) })),
  });
}
