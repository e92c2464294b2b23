/** How large an input's numbers may be where they are indices: every table that they point into has that many entries. */
import type { NodeProto } from "@congruent/onnx";
import { integersOf } from "./constant-integers.js";
import type { DeepIndex } from "./deep-index.js";
import { passedOn } from "./followed.js";

/** Positions of the indices and of what they point into, and the axis: an attribute's name, all axes, or always the first. */
interface Pointing {
  indices: number;
  table: number;
  axis: { attribute: string } | "first" | "all";
}

const byAxis = (table: number, indices: number): Pointing[] => [
  { indices, table, axis: { attribute: "axis" } },
];

const POINTING: Readonly<Record<string, readonly Pointing[]>> = {
  Gather: byAxis(0, 1),
  GatherElements: byAxis(0, 1),
  GatherBlockQuantized: [{ indices: 1, table: 0, axis: { attribute: "gather_axis" } }],
  GatherND: [{ indices: 1, table: 0, axis: "all" }],
  Scatter: byAxis(0, 1),
  ScatterElements: byAxis(0, 1),
  ScatterND: [{ indices: 1, table: 0, axis: "all" }],
  EmbedLayerNormalization: [
    { indices: 0, table: 2, axis: "first" },
    { indices: 1, table: 4, axis: "first" },
    { indices: 8, table: 3, axis: "first" },
  ],
};

/** The size of a table that is computed, and whose size no one states: 1 is always inside. */
const UNKNOWN = 1;

/**
 * The number of entries that an input's numbers may point to, the smallest of several tables; undefined where they are no indices.
 */
export function boundOfIndices(index: DeepIndex, name: string): number | undefined {
  let least: number | undefined;
  const take = (size: number) => {
    least = Math.max(1, Math.min(least ?? size, size));
  };
  const look = (values: Iterable<string>, offset: number, depth: number) => {
    for (const value of values) {
      for (const node of index.consumersOf(value)) {
        for (const size of sizesBehind(index, node, value)) take(size - offset);
        if (node.opType !== "Add" || depth > 2) continue;
        // An offset, as RoBERTa's positions begin at 2.
        const other = node.input.find((input) => input !== value);
        const [shift, ...more] = (other === undefined ? null : integersOf(index, other)) ?? [];
        const sum = node.output[0];
        if (shift !== undefined && more.length === 0 && sum)
          look(passedOn(index, sum), offset + shift, depth + 1);
      }
    }
  };
  look(passedOn(index, name), 0, 0);
  return least;
}

function sizesBehind(index: DeepIndex, node: NodeProto, value: string): number[] {
  if (node.opType === "OneHot" && node.input[0] === value) {
    const [depth] = integersOf(index, node.input[1] ?? "") ?? [];
    return depth === undefined ? [] : [depth];
  }
  return (POINTING[node.opType] ?? []).flatMap(({ indices, table, axis }) => {
    const pointed = node.input[table];
    if (node.input[indices] !== value || !pointed) return [];
    const dims = dimsOf(index, pointed);
    if (dims === undefined) return [UNKNOWN];
    const sizes = axis === "all" ? dims : [dims.at(axis === "first" ? 0 : attributeOf(node, axis.attribute))];
    return sizes.map((size) => size ?? UNKNOWN);
  });
}

function attributeOf(node: NodeProto, name: string): number {
  return Number(node.attribute.find((attribute) => attribute.name === name)?.i ?? 0n);
}

type Dims = readonly (number | null)[];

/** Operators whose result has the shape of their first input. */
const SAME_SHAPE = new Set([
  "Cast",
  "Clip",
  "DequantizeLinear",
  "Identity",
  "QuantizeLinear",
  "Relu",
  "Neg",
  "Tanh",
]);
const MOST_STEPS = 8;

/** The shape of a value that does not depend on the model's inputs, or that the file states. */
function dimsOf(index: DeepIndex, name: string, steps = 0): Dims | undefined {
  const tensor = index.constantOf(name);
  if (tensor) return tensor.dims.map(Number);
  const stated = index.statedDims(name);
  if (stated) return stated;
  const node = index.producerOf(name);
  const [first = "", second = ""] = node?.input ?? [];
  if (!node || steps > MOST_STEPS) return undefined;
  const before = dimsOf(index, first, steps + 1);
  if (!before) return undefined;
  if (SAME_SHAPE.has(node.opType)) return before;
  if (node.opType === "Transpose") {
    const perm = node.attribute.find((attribute) => attribute.name === "perm")?.ints.map(Number);
    return perm ? perm.map((axis) => before[axis] ?? null) : before.toReversed();
  }
  const axes =
    node.attribute.find((attribute) => attribute.name === "axes")?.ints.map(Number) ??
    integersOf(index, second);
  if (node.opType === "Unsqueeze" && axes) return unsqueezed(before, axes);
  if (node.opType === "Squeeze" && axes) {
    const gone = new Set(axes.map((axis) => (axis < 0 ? axis + before.length : axis)));
    return before.filter((_, axis) => !gone.has(axis));
  }
  if (node.opType === "Reshape") return reshaped(before, integersOf(index, second));
  if (["Add", "Sub", "Mul", "Div"].includes(node.opType)) {
    const other = dimsOf(index, second, steps + 1);
    return other && broadcast(before, other);
  }
  return undefined;
}

function unsqueezed(dims: Dims, axes: readonly number[]): Dims {
  const rank = dims.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = [...dims];
  return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.shift() ?? null)));
}

function reshaped(dims: Dims, wanted: readonly number[] | null): Dims | undefined {
  if (!wanted) return undefined;
  const kept = wanted.map((size, axis) => (size === 0 ? (dims[axis] ?? null) : size));
  if (!kept.includes(-1)) return kept;
  const product = (sizes: Dims) => sizes.reduce<number>((all, size) => all * (size ?? Number.NaN), 1);
  const left = product(dims) / product(kept.filter((size) => size !== -1));
  return kept.map((size) => (size === -1 ? (Number.isInteger(left) ? left : null) : size));
}

function broadcast(one: Dims, other: Dims): Dims {
  const rank = Math.max(one.length, other.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = axis - rank + one.length < 0 ? 1 : (one[axis - rank + one.length] ?? null);
    const b = axis - rank + other.length < 0 ? 1 : (other[axis - rank + other.length] ?? null);
    return a === null || b === null ? null : Math.max(a, b);
  });
}
