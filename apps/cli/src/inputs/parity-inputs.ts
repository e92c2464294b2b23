import { stat } from "node:fs/promises";
import { type Batching, CongruentError, rows, type Tensor, tensor } from "@congruent/core";
import { readBytes } from "@congruent/core/files";
import { testImagesOf } from "@congruent/core/schemas";
import type { Command } from "commander";
import { collect } from "../options/collect.js";
import { wholeNumber } from "../options/numbers.js";
import { cardIfAny } from "./card.js";
import { datasetFor } from "./dataset.js";

export interface ParityInputs {
  source: string;
  tensors: Record<string, Tensor>;
  labels?: ArrayLike<number>;
  /** Null where the inputs are those of one run and cannot be cut into batches. */
  batching?: Batching;
}

export interface ParityInputOptions {
  inputs?: string;
  samples?: number;
  seed: number;
  shape?: string[];
  fill?: string[];
}

/** The options of a command that say what a model is run on. */
export function withInputOptions(command: Command): Command {
  return command
    .option(
      "--inputs <what>",
      "FILE.npz, FILE.npy, a folder with test_data_set_0/input_0.pb, a data set (a name, or the path of one on this machine), or random (default: the test images of the card's data set)",
    )
    .option("--samples <n>", "only the first n samples", wholeNumber("--samples"))
    .option("--seed <n>", "for random inputs", wholeNumber("--seed", 0), 42)
    .option("--shape <name=sizes>", "of random inputs: INPUT=1,3,224,224 or AXIS=4; may be repeated", collect)
    .option(
      "--fill <strategy>",
      "of random inputs: STRATEGY or INPUT=STRATEGY (uniform:0,1, normal:0,1, integers:0,10, pixels, bits, zeros, ones, constant:V, ramp, one-hot, edge, special); may be repeated",
      collect,
    );
}

/**
 * What a model is compared on: an .npz file with one array per input, an .npy file for a model of one input, a folder in the layout of the
 * ONNX backend tests, a data set's test images, or seeded random numbers. Default: the data set that the card names; random
 * numbers for a model without a card.
 */
export async function parityInputs(model: string, options: ParityInputOptions): Promise<ParityInputs> {
  const card = await cardIfAny(model);
  const generated = (options.shape ?? options.fill) ? "random" : undefined;
  const source = options.inputs ?? generated ?? card?.recipe?.dataset ?? card?.dataset.name ?? "random";
  if (source === "random") return random(model, options, card?.input.range);
  refuseUnused(source, options);
  if (/\.np[yz]$/.test(source) && !(await holdsDataset(source))) {
    return fromNumpy(model, source, options.samples);
  }
  if ((await isFolder(source)) && !(await isDatasetFolder(source))) return fromTestData(model, source);
  const dataset = await datasetFor(source);
  const { images, labels } = dataset.test;
  const part = rows(images, 0, options.samples ?? labels.length);
  const name = card?.input.name ?? "pixels";
  return {
    source: testImagesOf(dataset.name),
    tensors: { [name]: tensor("float32", Float32Array.from(part.data), part.dims) },
    labels: labels.subarray(0, part.dims[0]),
  };
}

/** An option that would have no effect is a mistake. */
function refuseUnused(source: string, { shape, fill }: ParityInputOptions): void {
  const unused = shape ? "--shape" : fill ? "--fill" : null;
  if (unused === null) return;
  throw new CongruentError({
    code: "E_INPUT_OPTION",
    what: `${unused} was given, but the inputs come from ${source}`,
    expected: `${unused} with --inputs random`,
  });
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? false;
}

/** Whether the arrays of an .npz file are those of a data set, not of a model's inputs. */
async function holdsDataset(path: string): Promise<boolean> {
  if (!path.endsWith(".npz")) return false;
  const { isDatasetNpz } = await import("@congruent/datasets");
  return isDatasetNpz(await readBytes(path), path);
}

async function isDatasetFolder(path: string): Promise<boolean> {
  const { holdsLocalDataset } = await import("@congruent/datasets");
  return holdsLocalDataset(path);
}

async function fromNumpy(model: string, path: string, samples: number | undefined): Promise<ParityInputs> {
  const { readNpy, readNpz } = await import("@congruent/datasets");
  const bytes = await readBytes(path);
  const arrays = path.endsWith(".npz")
    ? readNpz(bytes)
    : { [await onlyInput(model, path)]: readNpy(bytes, path) };
  const once = await runsOnce(model);
  const cut = (array: Tensor) => (samples === undefined || once ? array : rows(array, 0, samples));
  const tensors = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, cut(array)]));
  return { source: path, tensors, ...(once ? { batching: ONCE } : {}) };
}

const ONCE: Batching = { mode: "once" };

/** Models whose first axes do not count samples are run once. */
async function runsOnce(model: string): Promise<boolean> {
  const { modelInterface } = await import("@congruent/onnx");
  const { batchingOf } = await import("@congruent/parity");
  return batchingOf(modelInterface(await modelAt(model))) === "none";
}

async function modelAt(path: string) {
  const { readModel } = await import("@congruent/onnx/files");
  return (await readModel(path)).model;
}

async function onlyInput(model: string, path: string): Promise<string> {
  const { modelInterface } = await import("@congruent/onnx");
  const { inputs } = modelInterface(await modelAt(model));
  const [first] = inputs;
  if (first && inputs.length === 1) return first.name;
  throw new CongruentError({
    code: "E_INPUT_NAME",
    what: `${path} holds one array, and the model has ${inputs.length} inputs`,
    expected: `the inputs ${inputs.map(({ name }) => name).join(", ")}`,
    fix: "give them by name as an .npz file: --inputs FILE.npz",
  });
}

async function fromTestData(model: string, folder: string): Promise<ParityInputs> {
  const { readTestData } = await import("@congruent/parity");
  // The layout says nothing of samples: what is there are the inputs of one run.
  return { source: folder, tensors: await readTestData(folder, await modelAt(model)), batching: ONCE };
}

async function random(
  model: string,
  { samples, seed, shape = [], fill }: ParityInputOptions,
  range: readonly [number, number] | undefined,
): Promise<ParityInputs> {
  const { generateInputs, parseShapes } = await import("@congruent/parity");
  const { source, tensors, batching } = generateInputs(await modelAt(model), {
    seed,
    samples,
    shapes: parseShapes(shape),
    fills: fill,
    range,
  });
  return { source, tensors, ...(batching && { batching }) };
}
