import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { GatherOptions } from "@congruent/studies";
import { runVerb } from "../processes/run-verb.js";

/**
 * Makes the search for a model's hyper-parameters that a study misses, or resumes it.
 *
 * @throws CongruentError `E_VERB`
 */
export async function ensureSearch(name: string, options: GatherOptions): Promise<void> {
  const { QUICK_SEARCH, quickSubset, searchPaths } = await import("@congruent/studies");
  const { JOURNAL } = await import("@congruent/tuner");
  const { dataset, source, quick } = options;
  const { tuning, folder, results, recipe } = searchPaths(name, options);
  const subset = quickSubset(dataset.labels.length);
  // What there is was searched by an older description, or it would have been found.
  if (existsSync(results))
    await Promise.all([folder, results, recipe].map((path) => rm(path, { recursive: true, force: true })));
  await runVerb([
    ...["tune", tuning, "--out", folder, "--report", results, "--write-recipe", recipe],
    ...["--set", `dataset=${source}`],
    ...(existsSync(join(folder, JOURNAL)) ? ["--resume"] : []),
    ...(quick
      ? [
          ...["--trials", String(QUICK_SEARCH.trials), "--executions", String(QUICK_SEARCH.executions)],
          ...["--set", `epochs=${QUICK_SEARCH.epochs}`, "--set", `batchSize=${QUICK_SEARCH.batchSize}`],
          ...["--set", `subset=${JSON.stringify(subset)}`],
        ]
      : []),
  ]);
}
