import { CongruentError } from "@congruent/core";
import type { DatasetSource } from "./protocol.js";
import { sources } from "./sources/index.js";

const registered = new Map<string, DatasetSource>(sources.map((source) => [source.name, source]));

/** Every data set that `loadDataset` knows by name. */
export const datasets: ReadonlyMap<string, DatasetSource> = registered;

/**
 * Makes a data set of your own known to `loadDataset` under its name.
 *
 * @throws CongruentError `E_DATASET_NAME` when the name is taken or not of lower-case letters, digits and dashes
 */
export function registerDataset(source: DatasetSource): void {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(source.name)) {
    throw nameError(`${JSON.stringify(source.name)} cannot be the name of a data set`);
  }
  if (registered.has(source.name)) throw nameError(`a data set named ${source.name} is there already`);
  registered.set(source.name, source);
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
  const source = registered.get(name);
  if (source) return source;
  throw new CongruentError({
    code: "E_DATASET_UNKNOWN",
    what: `there is no data set named ${JSON.stringify(name)}`,
    expected: `one of ${[...registered.keys()].join(", ")}`,
    fix: "correct the name, or add your own with registerDataset",
  });
}

function nameError(what: string): CongruentError {
  return new CongruentError({
    code: "E_DATASET_NAME",
    what,
    expected: "a new name of lower-case letters, digits and dashes",
    fix: "choose another name",
  });
}
