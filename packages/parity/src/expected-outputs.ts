/** Outputs that came from elsewhere: PyTorch, Keras, a phone's log. */
import { basename } from "node:path";
import {
  CongruentError,
  type DType,
  emptyTensor,
  float16FromBits,
  float16ToBits,
  type Tensor,
} from "@congruent/core";
import { readBytes } from "@congruent/core/files";
import { readNpy, readNpz } from "@congruent/datasets";
import { type ModelProto, modelInterface, type ValueDescription } from "@congruent/onnx";
import type { Recorded } from "./runners/recorded.js";

/**
 * Reads `FILE.npz` with an array for each output by its name, or `FILE.npy` for a model of one output. Numbers of another type become the
 * output's: float64 is rounded to float32, as numpy and JSON often widen what was computed.
 *
 * @throws CongruentError `E_EXPECTED` for an output that is missing, one that the model does not have, or whole numbers that do not fit
 */
export async function readExpected(path: string, model: ModelProto): Promise<Recorded> {
  const { outputs } = modelInterface(model);
  const bytes = await readBytes(path);
  const arrays = path.endsWith(".npz") ? readNpz(bytes) : { "": readNpy(bytes, path) };
  const [only, ...others] = Object.values(arrays);
  const [first] = outputs;
  // The only array is the only output, whatever it is called.
  const alone = only && others.length === 0 && first && outputs.length === 1;
  const given: Record<string, Tensor> = alone ? { [first.name]: only } : arrays;
  const missing = outputs.filter(({ name }) => !given[name]).map(({ name }) => name);
  const unknown = Object.keys(given).filter((name) => !outputs.some((output) => output.name === name));
  if (missing.length > 0 || unknown.length > 0) {
    throw new CongruentError({
      code: "E_EXPECTED",
      what:
        missing.length > 0
          ? `${path} lacks the outputs ${missing.join(", ")}; it has ${Object.keys(given).join(", ") || "none"}`
          : `${path} has ${unknown.join(", ")}, which the model does not give`,
      expected: `an array for each of ${outputs.map(({ name }) => name).join(", ")}`,
      fix: "save it by the model's names: numpy.savez(FILE, **{name: array})",
    });
  }
  const typed = outputs.map((output) => [output.name, inType(given[output.name] as Tensor, output, path)]);
  return { name: basename(path), outputs: Object.fromEntries(typed) };
}

function inType(value: Tensor, { name, dtype }: ValueDescription, path: string): Tensor {
  if (value.dtype === dtype || dtype === "unknown") return value;
  const result = emptyTensor(dtype as DType, value.dims);
  const data = result.data as unknown as (number | bigint)[];
  const isFloat = dtype.startsWith("float");
  const big = dtype === "int64" || dtype === "uint64";
  for (let i = 0; i < value.data.length; i++) {
    const raw = value.data[i] as number | bigint;
    const number = value.dtype === "float16" ? float16FromBits(Number(raw)) : Number(raw);
    if (isFloat) {
      data[i] = dtype === "float16" ? float16ToBits(number) : number;
      continue;
    }
    const whole = Number.isInteger(number);
    if (whole) data[i] = big ? BigInt(raw) : number;
    if (whole && Number(data[i]) === number) continue;
    throw new CongruentError({
      code: "E_EXPECTED",
      what: `${name} of ${path} holds ${number}, and the model's output is ${dtype}`,
      expected: `numbers of the type ${dtype}`,
    });
  }
  return result;
}
