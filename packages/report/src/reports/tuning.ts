import { type Trial, type TuningResults, tuningResultsSchema } from "@congruent/core/schemas";
import { importanceCaveat } from "../figures/tuning-figures.js";
import { formatPlural, formatSeconds } from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { renderTuningPage } from "../pages/tuning-page.js";
import { defineReport } from "./report-definition.js";

/** Trials beyond these are in the JSON. */
const MOST_TRIALS = 50;

/** The results of a search as a sheet; a check for every trial. */
export function tuningSheet(results: TuningResults): Sheet {
  const { name, objective, sampler, seed, trials, ranking, importances, executionsPerTrial } = results;
  const best = ranking[0] === undefined ? undefined : trials[ranking[0]];
  const failed = trials.filter(({ status }) => status === "failed");
  const caveat = importanceCaveat(results);
  const shown = [...ranking.map((id) => trials[id] as Trial), ...failed].slice(0, MOST_TRIALS);
  const found = best
    ? `The best ${objective.name} is ${score(best)}, in trial ${best.id} of ${trials.length}.`
    : "No trial was completed.";
  return {
    title: `Search for ${name}`,
    lead: failed.length === 0 ? found : `${found} ${formatPlural(failed.length, "trial")} failed.`,
    tone: best ? "neutral" : "bad",
    facts: [
      { name: "sampler", value: Object.entries(sampler).map(String).join(", ").replace("name,", "") },
      {
        name: "objective",
        value: `${objective.name}, ${objective.direction}imal: best epoch, mean over executions`,
      },
      { name: "executions per trial", value: String(executionsPerTrial) },
      { name: "seed", value: String(seed) },
      { name: "time of all trainings", value: formatSeconds(secondsOf(trials)) },
      ...(results.ended ? [{ name: "ended", value: results.ended }] : []),
    ],
    tables: [
      {
        caption: "Trials, best first",
        columns: [
          { title: "trial", numeric: true },
          { title: objective.name, numeric: true },
          { title: "hyper-parameters" },
          { title: "state" },
        ],
        rows: shown.map((trial) => [
          String(trial.id),
          score(trial),
          valuesOf(trial),
          trial.error?.code ?? trial.status,
        ]),
      },
      {
        caption: "Share of the objective's variance that each explains by itself",
        columns: [{ title: "hyper-parameter" }, { title: "share", numeric: true }],
        rows: importances.map((one) => [one.name, one.share === null ? "–" : one.share.toFixed(2)]),
      },
    ],
    notes: [
      ...(caveat === null ? [] : [caveat]),
      ...failed.map(({ id, error }) => `Trial ${id}: ${error?.what ?? "failed"}`),
    ],
    checks: trials.map((trial) => ({
      name: `trial ${trial.id}: ${valuesOf(trial)}`,
      group: `tune.${name}`,
      outcome: OUTCOMES[trial.status],
      message: trial.error ? `${trial.error.code}: ${trial.error.what}` : `${objective.name} ${score(trial)}`,
      seconds: secondsOf([trial]),
    })),
    data: results,
  };
}

const OUTCOMES = { completed: "pass", failed: "error", running: "skip" } as const;

function score(trial: Trial): string {
  return trial.score === null ? "–" : trial.score.toFixed(4);
}

function valuesOf({ values, epochs }: Trial): string {
  const known = Object.entries(epochs === null ? values : { ...values, epochs });
  return known.map(([name, value]) => `${name} ${value}`).join(", ");
}

function secondsOf(trials: readonly Trial[]): number {
  return trials
    .flatMap(({ executions }) => executions)
    .reduce((sum, { outcome }) => sum + outcome.seconds, 0);
}

export const tuningReport = defineReport<TuningResults>({
  id: "congruent/tuning-results@1",
  schema: tuningResultsSchema,
  sheet: tuningSheet,
  page: renderTuningPage,
});
