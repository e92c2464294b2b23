/** What a model is compared on, from wherever it comes. */
import { stat } from "node:fs/promises";
import { type Batching, CongruentError, rows, tensor } from "@congruent/core";
import { readBytes } from "@congruent/core/files";
import { testImagesOf } from "@congruent/core/schemas";
import {
  type Dataset,
  holdsLocalDataset,
  isDatasetNpz,
  loadDataset,
  readNpy,
  readNpz,
} from "@congruent/datasets";
import { describeDims, type ModelProto, modelInterface, readCard } from "@congruent/onnx";
import { type GenerateOptions, generateInputs, stringsWanted } from "./generate-inputs.js";
import { batchingOf, type ShapeOverrides } from "./input-shapes.js";
import { readJsonInputs } from "./json-inputs.js";
import { holdsPictures, type Normalization, readPictures } from "./picture-inputs.js";
import type { RunInputs } from "./run-inputs.js";
import { hasTestData, readTestData } from "./test-data.js";

export interface ReadInputsOptions {
  /**
   * `FILE.npz` with an array for each input, `FILE.npy` for a model of one input, `FILE.json` with an entry for each input (numbers or
   * strings, nested as the axes are), a folder of pictures, a folder with `test_data_set_0/input_0.pb`, a data set (a name, or a path), or
   * `random`. Default: the test images of the data set that the model's card names; `random` without one.
   */
  inputs?: string | undefined;
  /** Only the first samples; of random inputs, how many. */
  samples?: number | undefined;
  /** Of random inputs. Default: 42. */
  seed?: number | undefined;
  shapes?: ShapeOverrides | undefined;
  fills?: readonly string[] | undefined;
  /** How the bytes of pictures become the model's numbers. Default: what the model's first operation suggests. */
  pictures?: Normalization | undefined;
  /** Whether the inputs are those of one run: their first axes count no samples. Default: where the model's do not. */
  once?: boolean | undefined;
  /** Gets a data set. Default: from the cache, or the places that the data set names. */
  dataset?: ((name: string) => Promise<Dataset>) | undefined;
}

const ONCE: Batching = { mode: "once" };
const SEED = 42;

/**
 * @param model the decoded file
 * @param path its path, for errors
 * @throws CongruentError `E_INPUT_OPTION` for an option without effect; `E_INPUT_NAME`, `E_INPUT_JSON`, `E_INPUT_STRINGS`, `E_PICTURE`,
 * `E_SHAPE`, `E_FILL`, `E_TEST_DATA`, and what the readers of files and data sets throw
 */
export async function readInputs(
  model: ModelProto,
  path: string,
  options: ReadInputsOptions,
): Promise<RunInputs> {
  const found = await read(model, path, options);
  const { inputs } = modelInterface(model);
  const missing = inputs.find(({ name, dtype }) => dtype === "string" && !found.strings?.[name]);
  if (missing) throw stringsWanted(missing.name);
  const once = options.once || found.strings !== undefined || found.batching?.mode === "once";
  // Labels are those of samples, which one run does not have.
  return once ? { ...found, labels: undefined, batching: ONCE } : found;
}

async function read(model: ModelProto, path: string, options: ReadInputsOptions): Promise<RunInputs> {
  const card = readCard(model, path);
  const made = (options.shapes?.size ?? 0) > 0 || (options.fills?.length ?? 0) > 0 ? "random" : undefined;
  const source = options.inputs ?? made ?? card?.recipe?.dataset ?? card?.dataset.name ?? "random";
  const { samples } = options;
  if (source === "random") return random(model, options, card?.input.range);
  const fromPictures = await holdsPictures(source);
  refuseUnused(source, options, fromPictures);
  if (fromPictures)
    return readPictures(model, source, { samples, normalization: options.pictures, shapes: options.shapes });
  if (/\.json$/i.test(source))
    return cut(model, { source, ...(await readJsonInputs(model, source)) }, options);
  if (/\.np[yz]$/.test(source) && !(await holdsDataset(source))) {
    const bytes = await readBytes(source);
    const tensors = source.endsWith(".npz")
      ? readNpz(bytes)
      : { [onlyInput(model, source)]: readNpy(bytes, source) };
    return cut(model, { source, tensors }, options);
  }
  if ((await isFolder(source)) && !(await holdsLocalDataset(source))) {
    if (!(await hasTestData(source))) throw noInputs(source);
    // The layout says nothing of samples: what is there are the inputs of one run.
    return { source, tensors: await readTestData(source, model), batching: ONCE };
  }
  const dataset = await (options.dataset ?? loadDataset)(source);
  const { images, labels } = dataset.test;
  const part = rows(images, 0, samples ?? labels.length);
  return {
    source: testImagesOf(dataset.name),
    tensors: { [card?.input.name ?? "pixels"]: tensor("float32", Float32Array.from(part.data), part.dims) },
    labels: labels.subarray(0, part.dims[0]),
  };
}

/** Models whose first axes do not count samples are run once; of others the first samples are taken. */
function cut(model: ModelProto, given: RunInputs, { samples, once }: ReadInputsOptions): RunInputs {
  if (once || given.strings || batchingOf(modelInterface(model)) === "none")
    return { ...given, batching: ONCE };
  if (samples === undefined) return given;
  const tensors = Object.entries(given.tensors).map(([name, array]) => [name, rows(array, 0, samples)]);
  return { ...given, tensors: Object.fromEntries(tensors) };
}

/** An option that would have no effect is a mistake. */
function refuseUnused(
  source: string,
  { shapes, fills, pictures }: ReadInputsOptions,
  fromPictures: boolean,
): void {
  const refuse = (option: string, expected: string) => {
    throw new CongruentError({
      code: "E_INPUT_OPTION",
      what: `${option} was given, but the inputs come from ${source}`,
      expected: `${option} with ${expected}`,
    });
  };
  if ((shapes?.size ?? 0) > 0 && !fromPictures) refuse("--shape", "--inputs random, or a folder of pictures");
  if ((fills?.length ?? 0) > 0) refuse("--fill", "--inputs random");
  if (pictures !== undefined && !fromPictures) refuse("--pictures", "--inputs FOLDER, a folder of pictures");
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? false;
}

function noInputs(folder: string): CongruentError {
  return new CongruentError({
    code: "E_TEST_DATA",
    what: `${folder} holds neither pictures, nor test data, nor a data set`,
    expected: "PNG, JPEG, WebP, GIF, TIFF or AVIF files; input_0.pb, input_1.pb …; or dataset.json",
    fix: "name the folder that holds them itself",
  });
}

/** Whether the arrays of an .npz file are those of a data set, not of a model's inputs. */
async function holdsDataset(path: string): Promise<boolean> {
  return path.endsWith(".npz") && isDatasetNpz(await readBytes(path), path);
}

function onlyInput(model: ModelProto, path: string): string {
  const { inputs } = modelInterface(model);
  const [first] = inputs;
  if (first && inputs.length === 1) return first.name;
  throw new CongruentError({
    code: "E_INPUT_NAME",
    what: `${path} holds one array, and the model has ${inputs.length} inputs`,
    expected: `the inputs ${inputs.map(({ name, dims }) => `${name} ${describeDims(dims)}`).join(", ")}`,
    fix: "give them by name as an .npz file: --inputs FILE.npz",
  });
}

function random(
  model: ModelProto,
  { samples, seed = SEED, shapes, fills, once, pictures }: ReadInputsOptions,
  range: readonly [number, number] | undefined,
): RunInputs {
  if (pictures !== undefined) refuseUnused("random numbers", { pictures }, false);
  const generated: GenerateOptions = { seed, samples, shapes, fills, range, once };
  return { ...generateInputs(model, generated), generated };
}
