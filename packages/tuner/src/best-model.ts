import { existsSync } from "node:fs";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import type { Trial, TuningObjective } from "@congruent/core/schemas";
import { loadLayersModel } from "@congruent/layers";
import type { Search } from "./search.js";

/**
 * Where a trial's training keeps the model of its best epoch, as a tfjs layers model.
 *
 * @param directory of the execution
 */
export function bestModelOf(directory: string): string {
  return join(directory, "best");
}

/**
 * The models of the best trials, each of its best execution's best epoch, as Keras Tuner's `get_best_models`. For a model
 * that is to be used, train the best values again: on more data, for longer.
 *
 * @param tf what `loadTensorFlow` gives
 * @throws CongruentError `E_NO_MODEL` where a trial's training has left none
 */
export async function getBestModels(
  tf: Parameters<typeof loadLayersModel>[0],
  search: Pick<Search, "directory" | "objective" | "getBestTrials">,
  count = 1,
): Promise<Awaited<ReturnType<typeof loadLayersModel>>[]> {
  const models = [];
  for (const trial of search.getBestTrials(count)) {
    const path = bestModelOf(join(search.directory, bestExecution(trial, search.objective)));
    if (!existsSync(join(path, "model.json"))) {
      throw new CongruentError({
        code: "E_NO_MODEL",
        what: `trial ${trial.id} has no model in ${path}`,
        expected: "trials that the recipe worker has trained here",
        fix: "train the best values again",
      });
    }
    models.push(await loadLayersModel(tf, path));
  }
  return models;
}

/** The folder of a trial's best execution. */
function bestExecution({ executions }: Trial, { name, direction }: TuningObjective): string {
  const scored = executions.flatMap(({ directory, bestEpoch, outcome }) => {
    const score =
      outcome.status === "completed" && bestEpoch !== null ? outcome.logs[bestEpoch - 1]?.[name] : undefined;
    return score === undefined ? [] : [{ directory, score }];
  });
  const sign = direction === "max" ? -1 : 1;
  const [best] = scored.sort((a, b) => sign * (a.score - b.score));
  return best?.directory ?? "";
}
