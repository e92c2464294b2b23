import type { Hyperparameter, TuningResults } from "@congruent/core";
import type { Figure } from "./figures/figure.js";
import { type ParameterAxis, parallelCoordinates } from "./figures/parallel-coordinates.js";
import { parameterImportance } from "./figures/parameter-importance.js";

/** What a search tried, and which hyper-parameters decided, where trials enough were completed to tell. */
export function tuningFigures(results: TuningResults): Figure[] {
  const { objective, importances } = results;
  // What every trial has the same tells nothing.
  const space = results.space.filter(({ type }) => type !== "fixed");
  const told = importances.flatMap(({ name, share }) =>
    share !== null && space.some((hp) => hp.name === name) ? [{ name, importance: share }] : [],
  );
  return [
    parallelCoordinates({
      axes: space.map(axisOf),
      objective: objective.name,
      direction: objective.direction,
      trials: results.trials.map(({ values, score }) => ({
        values: space.map((hp) => {
          const value = Object.hasOwn(values, hp.name) ? values[hp.name] : undefined;
          if (value === undefined) return null;
          return typeof value === "number" && isNumeric(hp) ? value : String(value);
        }),
        score,
      })),
    }),
    ...(told.length > 0 ? [parameterImportance({ importances: told })] : []),
  ];
}

function isNumeric({ type }: Hyperparameter): boolean {
  return type === "int" || type === "float";
}

const AXES: {
  [T in Hyperparameter["type"]]: (hp: Extract<Hyperparameter, { type: T }>) => Omit<ParameterAxis, "name">;
} = {
  int: ({ sampling }) => ({ scale: sampling === "log" ? "log" : "linear" }),
  float: ({ sampling }) => ({ scale: sampling === "log" ? "log" : "linear" }),
  choice: ({ values }) => ({ values: values.map(String) }),
  boolean: () => ({ values: ["false", "true"] }),
  fixed: ({ value }) => ({ values: [String(value)] }),
};

function axisOf(hp: Hyperparameter): ParameterAxis {
  return { name: hp.name, ...(AXES[hp.type] as (hp: Hyperparameter) => Omit<ParameterAxis, "name">)(hp) };
}
