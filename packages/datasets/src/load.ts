import { defaultCacheDir } from "./cache.js";
import { type LoadOptions, obtain } from "./obtain.js";
import { checkDataset, type Dataset, type DatasetSource } from "./protocol.js";
import { datasetSource } from "./registry.js";

/**
 * A data set, from the local cache or the first of its places that has the right bytes, checked by SHA-256 and cached.
 *
 * @param source the name of a data set of the index or of a registered one, or a source itself
 * @returns images uint8 [n, height, width, channels] of 0..255 and their labels, for training and for testing
 * @throws CongruentError `E_DATASET_UNKNOWN`, `E_DATASET_UNAVAILABLE` (exit 3), and what `checkDataset` throws
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
  const known = typeof source === "string" ? datasetSource(source) : source;
  const cacheDir = options.cacheDir ?? defaultCacheDir();
  const files = new Map<string, Uint8Array>();
  for (const file of known.files) files.set(file.name, await obtain(known, file, cacheDir, options));
  const { name, title, labels, height, width, channels, foreground, license } = known;
  const sha256 = Object.fromEntries(known.files.map((file) => [file.name, file.sha256]));
  const facts = { name, title, labels, height, width, channels, foreground, license };
  return checkDataset({ ...facts, sha256, ...known.parse(files) });
}
