import { CongruentError } from "@congruent/core";
import type { Column } from "../examples/examples.js";
import { strideOf } from "../examples/examples.js";
import type { Tensor } from "../tensorflow.js";

/** Numbers of many examples: a tensor, a typed array (row-major), or nested lists. The first dimension is the example. */
export type Values = Tensor | Float32Array | Int32Array | Uint8Array | readonly unknown[];

/** One for a model's only input or output; else a list in the model's order, or a record by name. */
export type ValuesFor = Values | readonly Values[] | Readonly<Record<string, Values>>;

/** What one input or output takes. */
export interface Expected {
  name: string;
  /** Of one example. */
  shape: readonly number[];
  /** Whether the numbers are kept as whole numbers. */
  dtype: "float32" | "int32";
}

/**
 * The values that a user gives, as columns of the shapes that a model takes. Whole numbers 0 to 255 are stored as bytes.
 *
 * @throws CongruentError `E_SHAPE` naming the input or output, what it takes and what was given.
 */
export function columnsFrom(given: ValuesFor, expected: readonly Expected[], what: string): Column[] {
  return valuesOf(given, expected, what).map((values, i) => columnFrom(values, expected[i] as Expected));
}

function valuesOf(given: ValuesFor, expected: readonly Expected[], what: string): Values[] {
  const names = expected.map(({ name }) => name);
  if (isValues(given) && (expected.length === 1 || !Array.isArray(given))) {
    if (expected.length === 1) return [onlyValues(given)];
    throw mismatch(what, "one tensor is given", names);
  }
  if (Array.isArray(given)) {
    if (given.length === names.length) return given as Values[];
    throw mismatch(what, `${given.length} tensors are given`, names);
  }
  const record = given as Readonly<Record<string, Values>>;
  const unknown = Object.keys(record).find((key) => !names.includes(key));
  if (unknown !== undefined) throw mismatch(what, `there is none called "${unknown}"`, names);
  return names.map((name) => {
    const values = record[name];
    if (values === undefined) throw mismatch(what, `"${name}" is missing`, names);
    return values;
  });
}

/** A list of one tensor means the tensor. */
function onlyValues(given: Values): Values {
  const [first] = Array.isArray(given) && given.length === 1 ? given : [];
  return isTensor(first) || ArrayBuffer.isView(first) ? (first as Values) : given;
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "dataSync" in value;
}

function isValues(given: ValuesFor): given is Values {
  return isTensor(given) || ArrayBuffer.isView(given) || Array.isArray(given);
}

function columnFrom(values: Values, expected: Expected): Column {
  const { shape, data } = plain(values, expected);
  const [count = 0, ...example] = shape;
  const stride = strideOf(expected);
  // As in Keras, a target [n] fits an output [n, 1], and [n, 1] fits [n].
  const squeezed = (dims: readonly number[]) => dims.filter((dim) => dim !== 1).join();
  if (data.length !== count * stride || squeezed(example) !== squeezed(expected.shape)) {
    throw new CongruentError({
      code: "E_SHAPE",
      what: `"${expected.name}" was given a tensor of shape [${shape.join(", ")}]`,
      expected: `[${["n", ...expected.shape].join(", ")}]`,
      fix: "reshape it, or build the model for that shape",
    });
  }
  return { shape: expected.shape, ...stored(data, expected) };
}

function plain(values: Values, expected: Expected): { shape: number[]; data: ArrayLike<number> } {
  if (isTensor(values)) return { shape: values.shape, data: values.dataSync() };
  const flat = ArrayBuffer.isView(values)
    ? (values as Float32Array)
    : ((values as unknown[]).flat(Number.POSITIVE_INFINITY) as number[]);
  if (!ArrayBuffer.isView(values)) return { shape: nestedShape(values), data: flat };
  return { shape: [Math.floor(flat.length / strideOf(expected)), ...expected.shape], data: flat };
}

function nestedShape(values: readonly unknown[]): number[] {
  const [first] = values;
  return [values.length, ...(Array.isArray(first) ? nestedShape(first) : [])];
}

/** The smallest dtype that stores the numbers exactly. */
function stored(data: ArrayLike<number>, { dtype }: Expected): Pick<Column, "dtype" | "data"> {
  if (data instanceof Uint8Array) return { dtype: "uint8", data };
  let bytes = true;
  let whole = true;
  for (let i = 0; i < data.length && (bytes || whole); i++) {
    const value = data[i] as number;
    whole &&= Number.isInteger(value);
    bytes &&= whole && value >= 0 && value <= 255;
  }
  if (bytes) return { dtype: "uint8", data: Uint8Array.from(data) };
  // A label that is not a whole number must not be rounded to one by storing it as an integer.
  if (whole && dtype === "int32") return { dtype: "int32", data: Int32Array.from(data) };
  return { dtype: "float32", data: Float32Array.from(data) };
}

function mismatch(what: string, found: string, names: readonly string[]): CongruentError {
  return new CongruentError({
    code: "E_SHAPE",
    what: `the ${what} do not fit the model: ${found}`,
    expected: `one tensor for each of ${names.join(", ")}`,
    fix: "give a list in the model's order, or a record by these names",
  });
}
