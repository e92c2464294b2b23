import { CongruentError, Registry } from "@congruent/core";
import type { DatasetSource } from "./protocol.js";
import { sources } from "./sources/index.js";

const registry = new Registry<DatasetSource>(
  {
    kind: "data set",
    code: "E_DATASET_UNKNOWN",
    takenCode: "E_DATASET_NAME",
    fix: "correct the name, or add your own with registerDataset",
  },
  Object.fromEntries(sources.map((source) => [source.name, source])),
);

/** Every data set that `loadDataset` knows by name. */
export const datasets: Readonly<Record<string, DatasetSource>> = registry.members;

/**
 * Makes a data set of your own known to `loadDataset` under its name.
 *
 * @throws CongruentError `E_DATASET_NAME` when the name is taken or not of lower-case letters, digits and dashes
 */
export function registerDataset(source: DatasetSource): void {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(source.name)) {
    throw new CongruentError({
      code: "E_DATASET_NAME",
      what: `${JSON.stringify(source.name)} cannot be the name of a data set`,
      expected: "lower-case letters, digits and dashes",
      fix: "choose another name",
    });
  }
  registry.register(source.name, source);
}

/**
 * The source of that name.
 *
 * @throws CongruentError `E_DATASET_UNKNOWN` with the names that are known.
 * @example
 * ```ts
 * datasetSource("mnist").files[0]?.name; // => "train-images-idx3-ubyte"
 * ```
 */
export function datasetSource(name: string): DatasetSource {
  return registry.get(name);
}

/** Whether `loadDataset` knows a data set of that name. */
export function isDatasetName(name: string): boolean {
  return registry.has(name);
}
