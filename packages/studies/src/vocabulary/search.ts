import type { Hyperparameter, Trial, TuningResults } from "@congruent/core/schemas";
import { type DocumentBlock, formatScore, importanceCaveat, tuningFigures } from "@congruent/report";
import { figure, table, text } from "./section.js";

/** The most trials that a results summary lists, as Keras Tuner's. */
const LISTED = 10;

/** A search: its space, its best trials, the best values, and drawings of both. */
export function searchParts(search: TuningResults): DocumentBlock[] {
  const [tried, importance] = tuningFigures(search);
  const note = importanceCaveat(search);
  return [
    spaceTable(search),
    trialsTable(search),
    bestValues(search),
    ...(tried ? [figure("search", tried)] : []),
    ...(importance ? [figure("importance", importance, note === null ? {} : { note })] : []),
  ];
}

/** What a search may set, as Keras Tuner's `search_space_summary`. */
function spaceTable({ space }: TuningResults): DocumentBlock {
  return table(
    `Search space: ${space.length} hyper-parameters`,
    [{ title: "name" }, { title: "kind" }, { title: "values" }],
    space.map((each) => [each.name, each.type, valuesOf(each)]),
  );
}

function valuesOf(each: Hyperparameter): string {
  switch (each.type) {
    case "choice":
      return each.values.join(", ");
    case "boolean":
      return "false, true";
    case "fixed":
      return String(each.value);
    default: {
      const step = each.step === undefined ? "" : `, step ${each.step}`;
      return `${each.min} to ${each.max}${step}${each.sampling === "linear" ? "" : `, ${each.sampling}`}`;
    }
  }
}

/** The best trials, as Keras Tuner's `results_summary`. */
function trialsTable(search: TuningResults): DocumentBlock {
  const { space, objective, executionsPerTrial, trials } = search;
  const ranked = rankedTrials(search).slice(0, LISTED);
  const mean =
    executionsPerTrial === 1 ? "" : `; ${objective.name} is the mean of ${executionsPerTrial} executions`;
  return table(
    `The best ${ranked.length} of ${trials.length} trials${mean}`,
    [
      { title: "trial" },
      { title: objective.name, numeric: true },
      ...space.map(({ name }) => ({ title: name, numeric: true })),
    ],
    ranked.map(({ id, score, values }) => [
      String(id),
      score === null ? "–" : formatScore(score),
      ...space.map(({ name }) => String(values[name] ?? "–")),
    ]),
  );
}

function rankedTrials({ ranking, trials }: TuningResults): Trial[] {
  return ranking.flatMap((id) => trials.find((trial) => trial.id === id) ?? []);
}

/** The values of the best trial. */
function bestValues(search: TuningResults): DocumentBlock {
  const [best] = rankedTrials(search);
  if (!best) return text("No trial has ended.");
  return table(
    `The best hyper-parameters, of trial ${best.id}`,
    [{ title: "name" }, { title: "value", numeric: true }],
    Object.entries(best.values).map(([name, value]) => [name, String(value)]),
  );
}
