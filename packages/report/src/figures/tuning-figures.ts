import type { Hyperparameter, TuningResults } from "@congruent/core/schemas";
import type { Figure } from "./figure.js";
import { type ParameterAxis, parallelCoordinates } from "./parallel-coordinates.js";
import { parameterImportance } from "./parameter-importance.js";

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

/** With fewer completed trials the shares are mostly chance. */
const ENOUGH_TRIALS = 30;

/** Samplers that draw evenly over the space. */
const EVEN: ReadonlySet<string> = new Set(["random", "grid"]);

/** What keeps a search's importances from being taken at their word; null where nothing does. */
export function importanceCaveat({ ranking, sampler }: TuningResults): string | null {
  const few =
    ranking.length < ENOUGH_TRIALS
      ? [`${ranking.length} completed trials are too few to tell a share of a few tenths from chance`]
      : [];
  const guided = EVEN.has(sampler.name)
    ? []
    : [`the trials of ${sampler.name} tell of where it looked rather than of the whole space`];
  const said = [...few, ...guided].join("; ");
  return said === "" ? null : `Importance: ${said}.`;
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
