import type { Hyperparameter, Trial, TuningResults } from "@congruent/core/schemas";
import { trialName } from "./next-job.js";

/** What Keras Tuner's `search_space_summary()` prints. */
export function searchSpaceSummary(space: readonly Hyperparameter[]): string {
  const lines = space.flatMap(({ name, type, ...config }) => [
    `${name} (${type.charAt(0).toUpperCase()}${type.slice(1)})`,
    JSON.stringify(config)
      .replace(/"(\w+)":/g, "$1: ")
      .replaceAll(",", ", "),
  ]);
  return ["Search space summary", `Default search space size: ${space.length}`, ...lines].join("\n");
}

/** What Keras Tuner's `results_summary()` prints: the best trials with their values and scores. */
export function resultsSummary(
  results: TuningResults,
  { directory, count }: { directory: string; count: number },
): string {
  const { objective, ranking, trials } = results;
  const best = ranking.slice(0, count).map((id) => trialSummary(trials[id] as Trial));
  return [
    "Results summary",
    `Results in ${directory}`,
    `Showing ${count} best trials`,
    `Objective(name="${objective.name}", direction="${objective.direction}")`,
    ...best.flatMap((text) => ["", text]),
  ].join("\n");
}

function trialSummary({ id, values, epochs, score }: Trial): string {
  return [
    `Trial ${trialName(id)} summary`,
    "Hyperparameters:",
    ...Object.entries(values).map(([name, value]) => `${name}: ${value}`),
    ...(epochs === null ? [] : [`epochs: ${epochs}`]),
    `Score: ${score}`,
  ].join("\n");
}
