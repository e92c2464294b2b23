/** How an input without a description is filled: decided by the operators that read it, then by its name and type. */
import {
  elementCount,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueDescription,
} from "@congruent/onnx";
import { boundOfIndices } from "./bound-of-indices.js";
import { integersOf } from "./constant-integers.js";
import { type DeepIndex, deepIndex } from "./deep-index.js";
import { followed } from "./followed.js";
import type { NamedStrategy } from "./strategies.js";

/**
 * @example
 * ```ts
 * const table = makeTensor("table", tensor("float32", new Float32Array(14), [7, 2]));
 * const ids = makeTensorValueInfo("ids", "int64", [3]);
 * const graph = makeGraph([makeNode("Gather", ["table", "ids"], ["y"])], "g", [ids], [makeTensorValueInfo("y", "float32", [3, 2])], [table]);
 * guessStrategy(makeModel(graph), { name: "ids", dtype: "int64", dims: [3] }); // => { name: "integers", parameters: [0, 7] }
 * ```
 */
export function guessStrategy(model: ModelProto, { name, dtype, dims }: ValueDescription): NamedStrategy {
  const index = deepIndex(model);
  const isFloat = dtype === "float32" || dtype === "float64" || dtype === "float16";
  const rows = isFloat ? undefined : boundOfIndices(index, name);
  if (rows !== undefined) return { name: "integers", parameters: [0, rows] };
  if (/mask/i.test(name)) return { name: "mask", parameters: [] };
  if (dtype === "bool" || (!isFloat && isFlag(index, name))) return { name: "bits", parameters: [] };
  if (!isFloat) {
    const equal = dims?.every((dim) => dim === 1 || dim === null) ? comparedWith(index, name) : null;
    return equal === null ? guessIntegers(name, dtype) : { name: "constant", parameters: [equal] };
  }
  if (dividedBy255(index, name)) return { name: "pixels", parameters: [] };
  const picture = /image|pixel|img|photo/i.test(name) || dims?.length === 4;
  return picture ? { name: "uniform", parameters: [0, 1] } : { name: "normal", parameters: [0, 1] };
}

function guessIntegers(name: string, dtype: string): NamedStrategy {
  if (dtype === "uint8") return { name: "pixels", parameters: [] };
  if (dtype === "int8") return { name: "integers", parameters: [-128, 128] };
  if (/position/i.test(name)) return { name: "ramp", parameters: [] };
  if (/token_type|segment/i.test(name)) return { name: "zeros", parameters: [] };
  return { name: "integers", parameters: [0, 10] };
}

/** Whether an input's name says that it holds how long the others are, such as `lengths` or `x_len`. */
export function isLength({ name, dtype }: ValueDescription): boolean {
  return /int(32|64)$/.test(dtype) && /(^|[^a-z])len(gth)?s?$/i.test(name);
}

const BOOL = 9;

/** Whether an input is made a truth value before anything else. */
function isFlag(index: DeepIndex, name: string): boolean {
  const cast = followed(index, name, (node) =>
    node.opType === "Cast" && integerAttribute(node, "to") === BOOL ? true : null,
  );
  return cast !== null;
}

/** The constant that a scalar is compared with, such as the sampling rate that a model has a branch for. */
function comparedWith(index: DeepIndex, name: string): number | null {
  return followed(index, name, (node, value) => {
    if (node.opType !== "Equal") return null;
    const other = node.input.find((input) => input !== value);
    const [constant] = (other === undefined ? null : integersOf(index, other)) ?? [];
    return constant ?? null;
  });
}

/** Whether the first operation on an input scales it from 0 … 255. */
function dividedBy255(index: DeepIndex, name: string): boolean {
  const scaled = followed(index, name, (node, value) => {
    const other = node.input.find((input) => input !== value);
    const factor = other === undefined ? undefined : scalar(index, other);
    if (factor === undefined) return null;
    if (node.opType === "Div" && Math.abs(factor - 255) < 1) return true;
    return node.opType === "Mul" && Math.abs(factor * 255 - 1) < 0.01 ? true : null;
  });
  return scaled !== null;
}

function scalar(index: DeepIndex, name: string): number | undefined {
  const tensor: TensorProto | undefined = index.constantOf(name);
  if (!tensor || elementCount(tensor.dims) !== 1n) return undefined;
  const { rawData, floatData } = tensor;
  if (floatData.length === 1) return floatData[0];
  // float32 alone: it is what scales pixels.
  if (rawData.length !== 4) return undefined;
  return new DataView(rawData.buffer, rawData.byteOffset, 4).getFloat32(0, true);
}

function integerAttribute(node: NodeProto, name: string): number | undefined {
  const found = node.attribute.find((attribute) => attribute.name === name);
  return found === undefined ? undefined : Number(found.i);
}
