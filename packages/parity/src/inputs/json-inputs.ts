/** Inputs from a JSON file: an entry for each input, nested as its axes are. The only way to give strings. */
import {
  CongruentError,
  DTYPES,
  type DType,
  emptyTensor,
  float16ToBits,
  messageOf,
  type Tensor,
} from "@congruent/core";
import { readBytes } from "@congruent/core/files";
import { describeDims, type ModelProto, modelInterface, type ValueDescription } from "@congruent/onnx";
import type { Strings } from "./run-inputs.js";

type Nested = number | string | boolean | null | Nested[];

/**
 * Reads `{"ids": [[1, 2]], "text": ["yes", "no"]}`. Types are those that the model declares; whole numbers beyond 2^53 may be written as
 * strings. A file that holds an array alone is the only input.
 *
 * @throws CongruentError `E_INPUT_JSON` for a file that is no JSON, an axis of several lengths, or a value that the type does not hold;
 * `E_INPUT_NAME` for other names than the model's
 */
export async function readJsonInputs(
  model: ModelProto,
  path: string,
): Promise<{ tensors: Record<string, Tensor>; strings?: Strings }> {
  const { inputs } = modelInterface(model);
  const given = await entries(path, inputs);
  const unknown = Object.keys(given).find((name) => !inputs.some((input) => input.name === name));
  const missing = inputs.find(({ name }) => given[name] === undefined);
  if (unknown !== undefined || missing) {
    throw new CongruentError({
      code: "E_INPUT_NAME",
      what:
        unknown === undefined ? `${path} has no entry ${missing?.name}` : `the model has no input ${unknown}`,
      expected: `the inputs ${inputs.map(({ name, dtype, dims }) => `${name} (${dtype} ${describeDims(dims)})`).join(", ")}`,
    });
  }
  const tensors: Record<string, Tensor> = {};
  const strings: Record<string, { dims: number[]; data: string[] }> = {};
  for (const { name, dtype } of inputs) {
    const { dims, flat } = flatten(given[name] as Nested, `${name} of ${path}`);
    if (dtype === "string") strings[name] = { dims, data: flat.map((value) => text(value, name)) };
    else tensors[name] = numbers({ name, dtype, dims, flat });
  }
  return { tensors, ...(Object.keys(strings).length > 0 && { strings }) };
}

async function entries(path: string, inputs: readonly ValueDescription[]): Promise<Record<string, Nested>> {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder().decode(await readBytes(path)));
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    throw wrong(`${path} is no JSON (${messageOf(error)})`, '{"INPUT": [1, 2, 3]}');
  }
  const [first] = inputs;
  if (Array.isArray(found) && first && inputs.length === 1) return { [first.name]: found as Nested };
  if (typeof found === "object" && found !== null && !Array.isArray(found))
    return found as Record<string, Nested>;
  throw wrong(`${path} holds no object`, `an entry for each of ${inputs.map(({ name }) => name).join(", ")}`);
}

function flatten(value: Nested, where: string): { dims: number[]; flat: Exclude<Nested, Nested[]>[] } {
  const dims: number[] = [];
  for (let at: Nested | undefined = value; Array.isArray(at); at = at[0]) dims.push(at.length);
  const flat: Exclude<Nested, Nested[]>[] = [];
  const walk = (part: Nested, depth: number) => {
    const isList = Array.isArray(part);
    if (isList !== depth < dims.length || (isList && part.length !== dims[depth])) {
      throw wrong(`${where} has parts of different lengths`, `everywhere the shape [${dims.join(", ")}]`);
    }
    if (!isList) flat.push(part);
    else for (const each of part) walk(each, depth + 1);
  };
  walk(value, 0);
  return { dims, flat };
}

function text(value: Exclude<Nested, Nested[]>, name: string): string {
  if (typeof value === "string") return value;
  throw wrong(`the input ${name} takes strings, and was given ${value}`, "strings in quotes");
}

/** JSON has no NaN and no infinities: they are written as strings. */
const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

function numbers(input: {
  name: string;
  dtype: string;
  dims: number[];
  flat: Exclude<Nested, Nested[]>[];
}): Tensor {
  const { name, dtype, dims, flat } = input;
  if (!(DTYPES as readonly string[]).includes(dtype)) {
    throw new CongruentError({
      code: "E_DTYPE",
      what: `the input ${name} is ${dtype}`,
      expected: `one of ${DTYPES.join(", ")}, string`,
    });
  }
  const tensor = emptyTensor(dtype as DType, dims);
  const data = tensor.data as unknown as (number | bigint)[];
  flat.forEach((value, i) => {
    const number = typeof value === "string" ? (WORDS[value] ?? Number(value)) : Number(value);
    const known = value !== null && value !== "" && (!Number.isNaN(number) || value === "NaN");
    if (!known)
      throw wrong(`the input ${name} is ${dtype}, and was given ${JSON.stringify(value)}`, "numbers");
    data[i] = written(dtype as DType, value, number);
    const back = Number(data[i]);
    const exact = dtype.startsWith("float") || back === number || Math.abs(number) > Number.MAX_SAFE_INTEGER;
    if (!exact)
      throw wrong(`the input ${name} is ${dtype}, which does not hold ${value}`, "numbers of that type");
  });
  return tensor;
}

function written(dtype: DType, value: Exclude<Nested, Nested[]>, number: number): number | bigint {
  if (dtype === "float16") return float16ToBits(number);
  if (dtype !== "int64" && dtype !== "uint64") return number;
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : BigInt(Math.trunc(number) || 0);
}

function wrong(what: string, expected: string): CongruentError {
  return new CongruentError({ code: "E_INPUT_JSON", what, expected });
}
