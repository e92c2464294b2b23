/** How an input without a description is filled: decided by the operators that read it, then by its name and type. */
import {
  elementCount,
  type GraphIndex,
  indexGraph,
  type ModelProto,
  type ValueDescription,
} from "@congruent/onnx";
import type { NamedStrategy } from "./strategies.js";

/** Operators that pass on their first input's numbers unchanged. */
const PASSING = new Set([
  "Cast",
  "Expand",
  "Flatten",
  "Identity",
  "Reshape",
  "Slice",
  "Squeeze",
  "Transpose",
  "Unsqueeze",
]);
const MOST_STEPS = 6;

/** Position of the indices, and of the table that they point into with the axis's attribute. */
const INDEXED: Readonly<Record<string, { indices: number; table: number }>> = {
  Gather: { indices: 1, table: 0 },
  GatherElements: { indices: 1, table: 0 },
};

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
  const rows = rowsPointedInto(indexGraph(model), name);
  if (rows !== undefined) return { name: "integers", parameters: [0, rows] };
  if (dtype === "bool") return { name: "bits", parameters: [] };
  if (dtype !== "float32" && dtype !== "float64" && dtype !== "float16") return guessIntegers(name, dtype);
  if (dividedBy255(indexGraph(model), name)) return { name: "pixels", parameters: [] };
  const picture = /image|pixel|img|photo/i.test(name) || dims?.length === 4;
  return picture ? { name: "uniform", parameters: [0, 1] } : { name: "normal", parameters: [0, 1] };
}

function guessIntegers(name: string, dtype: string): NamedStrategy {
  if (dtype === "uint8" && !/mask/i.test(name)) return { name: "pixels", parameters: [] };
  if (/mask/i.test(name)) return { name: "ones", parameters: [] };
  if (/position/i.test(name)) return { name: "ramp", parameters: [] };
  if (/token_type|segment/i.test(name)) return { name: "zeros", parameters: [] };
  return { name: "integers", parameters: [0, 10] };
}

/** The size of the axis that an input's numbers are indices of, if they are and the size is known; the smallest of several. */
function rowsPointedInto(index: GraphIndex, name: string): number | undefined {
  let least: number | undefined;
  let values = [name];
  for (let step = 0; step < MOST_STEPS && values.length > 0; step++) {
    const next: string[] = [];
    for (const value of values) {
      for (const { proto, writes } of index.consumersOf.get(value) ?? []) {
        if (PASSING.has(proto.opType) && proto.input[0] === value) next.push(...writes);
        const indexed = INDEXED[proto.opType];
        if (!indexed || proto.input[indexed.indices] !== value) continue;
        const dims = index.weights.get(proto.input[indexed.table] ?? "")?.dims;
        const axis = Number(proto.attribute.find((attribute) => attribute.name === "axis")?.i ?? 0n);
        const rows = dims?.at(axis);
        // A table that is computed: 1 is always inside.
        const size = rows === undefined ? 1 : Number(rows);
        least = Math.min(least ?? size, size);
      }
    }
    values = next;
  }
  return least;
}

/** Whether the first operation on an input scales it from 0 … 255. */
function dividedBy255(index: GraphIndex, name: string): boolean {
  let values = [name];
  for (let step = 0; step < MOST_STEPS && values.length > 0; step++) {
    const next: string[] = [];
    for (const value of values) {
      for (const { proto, writes } of index.consumersOf.get(value) ?? []) {
        if (PASSING.has(proto.opType)) next.push(...writes);
        const other = proto.input.find((input) => input !== value);
        const factor = other === undefined ? undefined : scalar(index, other);
        if (factor === undefined) continue;
        if (proto.opType === "Div" && Math.abs(factor - 255) < 1) return true;
        if (proto.opType === "Mul" && Math.abs(factor * 255 - 1) < 0.01) return true;
      }
    }
    values = next;
  }
  return false;
}

function scalar(index: GraphIndex, name: string): number | undefined {
  const held = index.producerOf.get(name)?.proto.attribute.find((attribute) => attribute.name === "value")?.t;
  const tensor = index.weights.get(name) ?? held;
  if (!tensor || elementCount(tensor.dims) !== 1n) return undefined;
  const { rawData, floatData } = tensor;
  if (floatData.length === 1) return floatData[0];
  // float32 alone: it is what scales pixels.
  if (rawData.length !== 4) return undefined;
  return new DataView(rawData.buffer, rawData.byteOffset, 4).getFloat32(0, true);
}
