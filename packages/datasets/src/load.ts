import { CongruentError } from "@congruent/core";
import { defaultCacheDir } from "./cache.js";
import { findLocalDataset } from "./local/found.js";
import { loadLocalDataset } from "./local/load-local.js";
import { type LoadOptions, obtain } from "./obtain.js";
import { checkDataset, type Dataset, type DatasetSource } from "./protocol.js";
import { datasetSource, isDatasetName } from "./registry.js";

/**
 * A data set, from the local cache or the first of its places that has the right bytes, checked by SHA-256 and cached; or one
 * that lies on this machine as CSV, npz or IDX files.
 *
 * @param source the name of a data set of the index or of a registered one; the path of one on this machine: a folder with
 * dataset.json, with train.csv and test.csv or with MNIST's four IDX files, `TRAIN.csv,TEST.csv`, an .npz file like Keras'
 * mnist.npz; or a source itself
 * @returns images uint8 [n, height, width, channels] of 0..255 and their labels, for training and for testing
 * @throws CongruentError `E_DATASET_UNKNOWN`, `E_DATASET_UNAVAILABLE` (exit 3), `E_DATASET_PATH`, and what the formats' readers and
 * `checkDataset` throw
 * @example
 * ```ts no-run
 * const mnist = await loadDataset("mnist", { offline: true });
 * mnist.train.images.dims; // => [60000, 28, 28, 1]
 * ```
 */
export async function loadDataset(
  source: string | DatasetSource,
  options: LoadOptions = {},
): Promise<Dataset> {
  if (typeof source === "string" && !isDatasetName(source)) {
    const local = await findLocalDataset(source);
    if (local) {
      refuseTakenName(local.description.name, source);
      return loadLocalDataset(local, (message) => options.progress?.({ kind: "notice", message }));
    }
  }
  const known = typeof source === "string" ? datasetSource(source) : source;
  const cacheDir = options.cacheDir ?? defaultCacheDir();
  const files = new Map<string, Uint8Array>();
  for (const file of known.files) files.set(file.name, await obtain(known, file, cacheDir, options));
  const { name, title, labels, height, width, channels, foreground, license } = known;
  const sha256 = Object.fromEntries(known.files.map((file) => [file.name, file.sha256]));
  const facts = { name, title, labels, height, width, channels, foreground, license };
  return checkDataset({ ...facts, sha256, ...known.parse(files) });
}

/** Reports, cards and evaluations tell data sets by their names. */
function refuseTakenName(name: string, path: string): void {
  if (!isDatasetName(name)) return;
  throw new CongruentError({
    code: "E_DATASET_NAME",
    what: `the data set of ${path} is called ${name}, as another one that is known already`,
    expected: "a name of its own",
    fix: "choose another name in dataset.json",
  });
}
