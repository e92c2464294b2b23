/** Inputs in the layout of the ONNX backend tests: a folder test_data_set_N with input_0.pb, input_1.pb … */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError, type Tensor } from "@congruent/core";
import { readBytes } from "@congruent/core/files";
import { decodeTensorProto, type ModelProto, modelInterface } from "@congruent/onnx";
import { fromProto, toTensor } from "@congruent/reference";

/**
 * The inputs of a test data set, in the order of the model's.
 *
 * @param folder one that holds input_0.pb …, or one that holds a single test_data_set_N
 * @throws CongruentError `E_TEST_DATA` for a folder without them or with another number than the model has inputs, or a file that is no tensor
 */
export async function readTestData(folder: string, model: ModelProto): Promise<Record<string, Tensor>> {
  const directory = await dataFolder(folder);
  const files = (await list(directory)).filter((file) => /^input_\d+\.pb$/.test(file));
  const { inputs } = modelInterface(model);
  if (files.length !== inputs.length) {
    throw wrong(
      `${directory} holds ${files.length} inputs`,
      `${inputs.length}: ${inputs.map(({ name }) => name).join(", ")}`,
    );
  }
  const entries = inputs.map(async ({ name }, position): Promise<[string, Tensor]> => {
    const file = join(directory, `input_${position}.pb`);
    return [name, await readTensor(file)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Whether a path is a folder with test data. */
export async function hasTestData(path: string): Promise<boolean> {
  const files = await readdir(path).catch(() => []);
  return files.some((file) => /^input_\d+\.pb$|^test_data_set_/.test(file));
}

/** A tensor in a file of its own. @throws CongruentError `E_ONNX_INVALID` */
export async function readTensor(file: string): Promise<Tensor> {
  return toTensor(fromProto(decodeTensorProto(await readBytes(file), file)));
}

async function dataFolder(folder: string): Promise<string> {
  const files = await list(folder);
  if (files.some((file) => /^input_\d+\.pb$/.test(file))) return folder;
  const sets = files.filter((file) => /^test_data_set_\d+$/.test(file)).sort();
  if (sets.length === 1) return join(folder, sets[0] as string);
  const expected =
    sets.length > 1
      ? `one of ${sets.map((set) => join(folder, set)).join(", ")}`
      : "input_0.pb, input_1.pb …";
  throw wrong(
    `${folder} holds ${sets.length > 1 ? `${sets.length} test data sets` : "no test data"}`,
    expected,
  );
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw wrong(
      `${folder} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      "a folder with test data",
      error,
    );
  }
}

function wrong(what: string, expected: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_TEST_DATA",
    what,
    expected,
    ...(cause === undefined ? {} : { cause }),
  });
}
