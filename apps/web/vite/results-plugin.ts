import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cardSchema, checked, type Results, resultsSchema } from "@congruent/core";
import type { Plugin } from "vite";
import type { ResultsEntry, ResultsIndex } from "../src/shared/results-index.ts";
import { foldersWith } from "./folders-with.ts";
import { type OfferedFile, virtualFolder } from "./virtual-folder.ts";

const RESULTS = "results.json";
const CARD = "card.json";

/**
 * Offers what every promoted model scored (a folder that has a results.json, its model there or not) as ./results/NAME.json, with
 * ./results/index.json holding what the comparison of all needs.
 */
export function resultsPlugin({ folder }: { folder: string }): Plugin {
  const root = resolve(folder);
  return virtualFolder({ folder: "results", files: () => resultsFiles(root) });
}

function resultsFiles(root: string): OfferedFile[] {
  const names = foldersWith(root, RESULTS);
  const json = (path: string, content: () => unknown): OfferedFile => ({
    path,
    type: "application/json",
    content: () => JSON.stringify(content()),
  });
  const index = (): ResultsIndex => ({
    schema: "congruent/results-index@1",
    models: names.map((name) => entryOf(root, name)),
  });
  return [
    ...names.map((name) => json(`${name}.json`, () => resultsOf(root, name))),
    json("index.json", index),
  ];
}

/** @throws CongruentError for a file that is none: the build refuses it, rather than shipping a page that cannot show it. */
function resultsOf(root: string, name: string): Results {
  const path = join(root, name, RESULTS);
  return checked(JSON.parse(readFileSync(path, "utf8")), resultsSchema, path);
}

function entryOf(root: string, name: string): ResultsEntry {
  const { evaluation, epochs, fit, model, repeats } = resultsOf(root, name);
  const { samples } = evaluation.dataset;
  const seconds = fit ? fit.seconds.fit : epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return {
    name,
    title: titleOf(join(root, name, CARD)) ?? name,
    accuracy: evaluation.accuracy,
    samples,
    otherSeeds: (repeats?.runs ?? []).slice(1).map((run) => run.accuracy),
    bytes: model.bytes ?? null,
    trainingSeconds: seconds,
    epochs: epochs.length,
  };
}

function titleOf(path: string): string | null {
  if (!existsSync(path)) return null;
  return checked(JSON.parse(readFileSync(path, "utf8")), cardSchema, path).description ?? null;
}
