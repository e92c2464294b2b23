import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { trainingSeconds } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { cardSchema, type Results, resultsSchema } from "@congruent/core/schemas";
import type { Plugin } from "vite";
import type { ResultsEntry, ResultsIndex } from "../src/shared/results-index.ts";
import { foldersWith } from "./folders-with.ts";
import { type OfferedFile, virtualFolder } from "./virtual-folder.ts";

const RESULTS = "results.json";
const CARD = "card.json";

/**
 * Offers what every promoted model scored (a folder that has a results.json, its model there or not) as ./results/NAME.json, with
 * ./results/index.json holding what the comparison of all needs. The build refuses an invalid file, rather than shipping a page
 * that cannot show it.
 */
export function resultsPlugin({ folder }: { folder: string }): Plugin {
  const root = resolve(folder);
  return virtualFolder({ folder: "results", files: () => resultsFiles(root) });
}

function resultsFiles(root: string): OfferedFile[] {
  const names = foldersWith(root, RESULTS);
  const json = (path: string, content: () => Promise<unknown>): OfferedFile => ({
    path,
    type: "application/json",
    content: async () => JSON.stringify(await content()),
  });
  const index = async (): Promise<ResultsIndex> => ({
    schema: "congruent/results-index@1",
    models: await Promise.all(names.map((name) => entryOf(root, name))),
  });
  return [
    ...names.map((name) => json(`${name}.json`, () => resultsOf(root, name))),
    json("index.json", index),
  ];
}

/** @throws CongruentError `E_JSON` or `E_SCHEMA` naming the file. */
function resultsOf(root: string, name: string): Promise<Results> {
  return readJson(join(root, name, RESULTS), resultsSchema);
}

async function entryOf(root: string, name: string): Promise<ResultsEntry> {
  const results = await resultsOf(root, name);
  const { evaluation, epochs, model, repeats } = results;
  return {
    name,
    title: (await titleOf(join(root, name, CARD))) ?? name,
    dataset: evaluation.dataset.name,
    accuracy: evaluation.accuracy,
    samples: evaluation.dataset.samples,
    otherSeeds: (repeats?.runs ?? []).slice(1).map((run) => run.accuracy),
    bytes: model.bytes ?? null,
    trainingSeconds: trainingSeconds(results),
    epochs: epochs.length,
  };
}

/** @throws CongruentError `E_JSON` or `E_SCHEMA` naming the file. */
async function titleOf(path: string): Promise<string | null> {
  return existsSync(path) ? ((await readJson(path, cardSchema)).description ?? null) : null;
}
