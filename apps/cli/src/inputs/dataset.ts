import { resolve } from "node:path";
import type { Dataset } from "@congruent/datasets";
import { note } from "../output/output.js";

/** What --help says of an argument that names a data set. */
export const DATASET_HELP = `mnist, fashion-mnist; a folder with dataset.json, train.csv and test.csv, or MNIST's four files; TRAIN.csv,TEST.csv; FILE.npz`;

export interface DatasetForOptions {
  offline?: boolean;
  /** Gets what went wrong without doing harm, in place of standard error. */
  notice?: (message: string) => void;
}

/** What names a data set wherever a command is run: a registered name as it is, paths (also `TRAIN.csv,TEST.csv`) absolute. */
export async function datasetSource(name: string): Promise<string> {
  const { isDatasetName } = await import("@congruent/datasets");
  if (isDatasetName(name)) return name;
  return name
    .split(",")
    .map((path) => resolve(path))
    .join(",");
}

/**
 * Loads a data set, by name or from a path, and tells on standard error what takes time or went wrong without doing harm.
 */
export async function datasetFor(name: string, options: DatasetForOptions = {}): Promise<Dataset> {
  const { loadDataset } = await import("@congruent/datasets");
  const { notice = (message: string) => note(`${name}: ${message}`) } = options;
  const announced = new Set<string>();
  return loadDataset(name, {
    offline: options.offline ?? false,
    progress(event) {
      if (event.kind === "notice") notice(event.message);
      if (event.kind !== "download" || announced.has(event.file)) return;
      announced.add(event.file);
      note(`${name}: ${event.file} from ${event.place}`);
    },
  });
}
