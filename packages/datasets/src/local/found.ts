import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { CongruentError } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { type DatasetDescription, datasetDescriptionSchema } from "@congruent/core/schemas";
import { IDX_FILES } from "../idx-splits.js";

/** The file of a folder that describes its data set. */
export const DESCRIPTION_FILE = "dataset.json";

/** What a description says of its files, where the rest is left to the defaults. */
type Files = { format: DatasetDescription["files"]["format"]; [field: string]: string };

/** A data set of this machine: what its files are and the folder that their paths are relative to. */
export interface LocalDataset {
  description: DatasetDescription;
  folder: string;
  /** Whether its name was made up from the path. */
  implied: boolean;
}

/**
 * The data set that a path means, or null where the text is no path: a folder with dataset.json (or the file itself), a folder
 * with train.csv and test.csv, NAME_train.csv and NAME_test.csv or the four IDX files, `TRAIN.csv,TEST.csv`, or an .npz
 * file with x_train, y_train, x_test and y_test.
 *
 * @throws CongruentError `E_DATASET_PATH` for a path that holds no data set, `E_JSON` and `E_SCHEMA` for a broken dataset.json
 */
export async function findLocalDataset(spec: string): Promise<LocalDataset | null> {
  const pair = /^(.+\.csv(?:\.gz)?),(.+\.csv(?:\.gz)?)$/i.exec(spec);
  if (pair) {
    const [, train, test] = pair as unknown as [string, string, string];
    return implied(train, "", { format: "csv", train, test });
  }
  const kind = await kindOf(spec);
  if (kind === "folder") return inFolder(spec);
  const ending = extname(spec).toLowerCase();
  const isPath = /[\\/]/.test(spec) || [".json", ".npz", ".csv"].includes(ending);
  if (kind === null) {
    if (!isPath) return null;
    throw noDataset(spec, `there is no ${spec}`);
  }
  if (ending === ".json") return described(spec);
  if (ending === ".npz") {
    return implied(spec, dirname(spec), { format: "npz", file: basename(spec) });
  }
  throw noDataset(spec, `${spec} alone is no data set, which has images for training and for testing`);
}

/** Whether a folder holds a data set; what is broken in its dataset.json is for whoever reads it. */
export async function holdsLocalDataset(folder: string): Promise<boolean> {
  return (await filesIn(folder)) !== null;
}

async function inFolder(folder: string): Promise<LocalDataset> {
  const files = await filesIn(folder);
  if (files === DESCRIPTION_FILE) return described(join(folder, DESCRIPTION_FILE));
  if (files !== null) return implied(join(folder, "x"), folder, files);
  throw noDataset(folder, `${folder} holds no data set`);
}

/** What a folder's files are by their names; null where they are no data set's. */
async function filesIn(folder: string): Promise<Files | typeof DESCRIPTION_FILE | null> {
  const names = (await readdir(folder)).sort();
  if (names.includes(DESCRIPTION_FILE)) return DESCRIPTION_FILE;
  for (const train of names) {
    const [, before, between, ending] = /^(|.+[-_.])train(.*?)(\.csv(?:\.gz)?)$/i.exec(train) ?? [];
    const test = names.find((name) => name === `${before}test${between}${ending}`);
    if (before !== undefined && test) return { format: "csv", train, test };
  }
  const there = (wanted: string) => names.find((name) => name === wanted || name === `${wanted}.gz`);
  const idx = Object.entries(IDX_FILES).map(([role, name]) => [role, there(name)] as const);
  if (idx.some(([, name]) => name === undefined)) return null;
  return { format: "idx", ...(Object.fromEntries(idx) as Record<keyof typeof IDX_FILES, string>) };
}

async function described(path: string): Promise<LocalDataset> {
  const description = await readJson(path, datasetDescriptionSchema);
  return { description, folder: dirname(path), implied: false };
}

function implied(path: string, folder: string, files: Files): LocalDataset {
  const own = files.format === "npz" ? basename(path, extname(path)) : basename(dirname(path));
  const slug = own
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  // With the format behind it no name of the registry is taken.
  const name = [...(slug === "" ? [] : [slug]), files.format].join("-");
  const description = datasetDescriptionSchema.parse({ schema: "congruent/dataset@1", name, files });
  return { description, folder, implied: true };
}

async function kindOf(path: string): Promise<"folder" | "file" | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : found.isDirectory() ? "folder" : "file";
}

function noDataset(spec: string, what: string): CongruentError {
  return new CongruentError({
    code: "E_DATASET_PATH",
    what,
    expected: `a folder with ${DESCRIPTION_FILE}, with train.csv and test.csv or with MNIST's four IDX files; TRAIN.csv,TEST.csv; or an .npz file with x_train, y_train, x_test and y_test`,
    fix: `correct ${JSON.stringify(spec)}`,
  });
}
