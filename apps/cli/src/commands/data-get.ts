import { existsSync } from "node:fs";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { DATASET_HELP, datasetFor } from "../inputs/dataset.js";
import { type CommonOptions, defineVerb } from "../verb.js";

interface DataGetOptions extends CommonOptions {
  offline?: boolean;
}

export const dataGet = defineVerb<[name: string], DataGetOptions>({
  name: "data get",
  description: "fetch a data set into the cache, checked by SHA-256",
  examples: ["congruent data get mnist"],
  configure: (command) =>
    command
      .argument("<dataset>", DATASET_HELP)
      .option("--offline", "download nothing; use what is in the cache"),
  async run([name], options) {
    const dataset = await datasetFor(name, options);
    const { isDatasetName, defaultCacheDir } = await import("@congruent/datasets");
    // Files on this machine are used where they are.
    const cache = isDatasetName(dataset.name) ? defaultCacheDir() : null;
    const { title, license, sha256, train, test } = dataset;
    if (cache) expectCached(join(cache, dataset.name), Object.keys(sha256));
    return {
      data: { name: dataset.name, license, cache, sha256 },
      text: () =>
        [
          `${title} is ready (${train.labels.length} + ${test.labels.length} images)`,
          ...Object.entries(sha256).map(([file, hash]) => `  ${hash}  ${file}`),
        ].join("\n"),
    };
  },
});

/** To fetch into the cache is the whole purpose of `data get`: data that are in memory alone are a failure here. */
function expectCached(folder: string, files: readonly string[]): void {
  const missing = files.filter((file) => !existsSync(join(folder, file)));
  if (missing.length === 0) return;
  throw new CongruentError({
    code: "E_WRITE",
    what: `${missing.join(", ")} could not be kept in ${folder}`,
    expected: "a folder that can be written to, with room for the data set",
    fix: "free some space or change its permissions, or name another folder with CONGRUENT_CACHE",
  });
}
