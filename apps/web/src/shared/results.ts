import { checked } from "@congruent/core";
import { type Results, resultsSchema } from "@congruent/core/schemas";
import { fetched, jsonOf } from "./fetched.js";
import { type ResultsEntry, resultsIndexSchema } from "./results-index.js";

/** What the comparison needs of every model that has been scored. @throws CongruentError `E_FETCH`, `E_JSON` or `E_SCHEMA`. */
export async function fetchResultsIndex(): Promise<readonly ResultsEntry[]> {
  const response = await fetched("./results/index.json");
  return checked(await jsonOf(response), resultsIndexSchema, "results/index.json").models;
}

const kept = new Map<string, Promise<Results>>();

/** All that is known of one model; fetched once. @throws CongruentError `E_FETCH`, `E_JSON` or `E_SCHEMA`. */
export function fetchResults(name: string): Promise<Results> {
  const known = kept.get(name);
  if (known) return known;
  const results = fetchedResults(name);
  kept.set(name, results);
  // What failed may succeed when it is asked for again.
  results.catch(() => kept.delete(name));
  return results;
}

async function fetchedResults(name: string): Promise<Results> {
  const path = `results/${name}.json`;
  return checked(await jsonOf(await fetched(`./${path}`)), resultsSchema, path);
}
