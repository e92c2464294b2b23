import { METRIC_NAMES, metricDefinition } from "@congruent/core";
import type { Evaluation, MetricScores, Probabilistic, Ranking } from "@congruent/core/schemas";
import { accuracy } from "./metrics/accuracy.js";
import type { ClassIndices } from "./metrics/check-labels.js";
import { probabilitiesProblem, scoresProblem } from "./metrics/check-scores.js";
import { type Answers, computeMetric } from "./metrics/metric-functions.js";
import type { Predictions } from "./predict.js";
import { probabilistic } from "./probabilistic.js";
import { ranking } from "./ranking.js";

interface Scores {
  accuracy: number;
  scores: MetricScores;
  ranking: Ranking | null;
  probabilistic: Probabilistic | null;
  reasons?: NonNullable<Evaluation["reasons"]>;
}

/** Everything that is computed from a model's answers; null, with the reason, where it does not give what is needed. */
export function scoresOf(
  trueLabels: ClassIndices,
  { predicted, scores: given }: Pick<Predictions, "predicted" | "scores">,
  classes: number,
): Scores {
  const only = "the model gives labels alone";
  const unranked = given === null ? only : scoresProblem(given.values);
  const unsure = given === null ? only : whyNoProbabilities(given);
  const scores = unranked === null && given ? given.values : null;
  const probabilities = unsure === null && given ? given.values : null;
  const found = {
    accuracy: accuracy(trueLabels, predicted),
    ranking: scores && given ? ranking(trueLabels, scores, given.from) : null,
    probabilistic: probabilities && probabilistic(trueLabels, predicted, probabilities),
  };
  const reasons = {
    ...(unranked !== null && { ranking: unranked }),
    ...(unsure !== null && { probabilistic: unsure }),
  };
  return {
    ...found,
    scores: metricsOf(found, { trueLabels, predicted, classes, scores, probabilities }),
    ...(Object.keys(reasons).length > 0 && { reasons }),
  };
}

function whyNoProbabilities({ from, values }: NonNullable<Predictions["scores"]>): string | null {
  return from === "probabilities"
    ? probabilitiesProblem(values)
    : `the model gives ${from}, no probabilities`;
}

/** Every metric. What has a field of its own is not computed again. */
function metricsOf(found: Omit<Scores, "scores" | "reasons">, answers: Answers): MetricScores {
  const scores: MetricScores = {};
  for (const name of METRIC_NAMES) {
    const own = metricDefinition(name).olderField?.(found);
    const value = own === undefined ? computeMetric(name, answers) : own;
    if (value !== undefined) scores[name] = value;
  }
  return scores;
}
