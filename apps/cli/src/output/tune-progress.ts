import type { HyperparameterValues, Trial, TrialJob } from "@congruent/core/schemas";
import { type Search, type SearchCallback, trialName } from "@congruent/tuner";
import { note } from "./output.js";
import { type ProgressLine, progressLine } from "./progress.js";

/**
 * A line for each trial that has ended, with the best so far; on a terminal a bar below them that follows the epochs of
 * what runs.
 */
export function tuneProgress(search: Search, executionsPerTrial: number): SearchCallback & { end(): void } {
  const { total, objective } = search;
  const running = new Map<TrialJob, number>();
  let done = search.trials.reduce((sum, { executions }) => sum + executions.length, 0);
  let ended = search.trials.filter(({ status }) => status !== "running").length;
  let best: Trial | null = search.getBestTrials()[0] ?? null;
  let line: ProgressLine | undefined;

  const show = () => {
    // Without a number of trials there is nothing that a bar could fill.
    if (total === null) return;
    line ??= progressLine("tune", total * executionsPerTrial, "executions");
    const now = [...running].map(([job, epochs]) => `${trialName(job.trial)} epoch ${epochs}`);
    line.update(done, [bestSoFar(best), ...now].join(" · "));
  };
  const say = (text: string) => {
    if (!line) return note(text);
    line.end(text);
    line = undefined;
  };
  return {
    onExecutionBegin(job) {
      running.set(job, 0);
      show();
    },
    onEpochEnd(job) {
      running.set(job, (running.get(job) ?? 0) + 1);
      show();
    },
    onExecutionEnd(job) {
      running.delete(job);
      done += 1;
      show();
    },
    onTrialEnd(trial, bestNow) {
      best = bestNow;
      ended += 1;
      const of = total === null ? "" : ` of ${total}`;
      const found =
        trial.error === null
          ? `${objective.name} ${trial.score?.toFixed(4)}`
          : `failed: ${trial.error.code}: ${trial.error.what}`;
      say(
        `${ended}${of}  trial ${trialName(trial.id)}  ${found}  ${valuesText(trial.values)}  (${bestSoFar(best)})`,
      );
    },
    end() {
      line?.end(bestSoFar(best));
      line = undefined;
    },
  };
}

function bestSoFar(best: Trial | null): string {
  return best ? `best ${best.score?.toFixed(4)} in trial ${trialName(best.id)}` : "none completed yet";
}

export function valuesText(values: HyperparameterValues): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
