import { CongruentError, sizeOf } from "@congruent/core";
import type { Split } from "@congruent/datasets";
import type { Objective } from "../step/objective.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";

/** One tensor of a data set, plain: row-major, the examples one after the other. */
export interface Column {
  /** How it is stored; uint8 takes a quarter of the memory. */
  dtype: "uint8" | "int32" | "float32";
  /** Of one example; [] where each has one number. */
  shape: readonly number[];
  data: Uint8Array | Int32Array | Float32Array;
}

/** Examples in memory: the inputs of the model and the targets of its outputs. */
export interface Examples {
  count: number;
  inputs: readonly Column[];
  targets: readonly Column[];
  /** float32 [count] for each output; empty where all examples count alike. */
  weights: readonly Column[];
}

/**
 * A split of a data set of images as examples for a classifier: the pixels and, for each image, its label as the loss
 * takes it: the index, or one-hot.
 */
export function examplesOf({ images, labels }: Split, { outputs: [output] }: Objective): Examples {
  const pixels: Column = { dtype: "uint8", shape: images.dims.slice(1), data: images.data };
  const indices: Column = {
    dtype: labels instanceof Uint8Array ? "uint8" : "int32",
    shape: [],
    data: labels,
  };
  const oneHot = output !== undefined && output.targets.classes === null;
  const target = oneHot ? oneHotColumn(labels, output.targets.shape) : indices;
  return { count: labels.length, inputs: [pixels], targets: [target], weights: [] };
}

function oneHotColumn(labels: ArrayLike<number>, shape: readonly number[]): Column {
  const classes = shape.at(-1) ?? 1;
  const data = new Uint8Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) data[i * classes + (labels[i] as number)] = 1;
  return { dtype: "uint8", shape, data };
}

/** Numbers in one example. */
export function strideOf({ shape }: Pick<Column, "shape">): number {
  return sizeOf(shape);
}

/** The rows at some positions as a tensor [positions, ...shape] of a dtype that tfjs knows. */
export function gatherRows(
  tf: TensorFlow,
  column: Column,
  positions: ArrayLike<number>,
  dtype: "float32" | "int32",
): Tensor {
  const stride = strideOf(column);
  const rows = new (dtype === "float32" ? Float32Array : Int32Array)(positions.length * stride);
  for (let i = 0; i < positions.length; i++) {
    const from = (positions[i] as number) * stride;
    rows.set(column.data.subarray(from, from + stride), i * stride);
  }
  return tf.tensor(rows, [positions.length, ...column.shape], dtype);
}

/** Rows `begin` to `end` (exclusive) of a column; a view. */
export function slicedColumn(column: Column, begin: number, end: number): Column {
  const stride = strideOf(column);
  return { ...column, data: column.data.subarray(begin * stride, end * stride) };
}

/** Examples `begin` to `end` (exclusive); views. */
export function slicedExamples(examples: Examples, begin: number, end: number): Examples {
  const part = (columns: readonly Column[]) => columns.map((column) => slicedColumn(column, begin, end));
  return {
    count: end - begin,
    inputs: part(examples.inputs),
    targets: part(examples.targets),
    weights: part(examples.weights),
  };
}

/** All columns in the order in which a graph keeps them. */
export function columnsOf({ inputs, targets, weights }: Examples): Column[] {
  return [...inputs, ...targets, ...weights];
}

/** @throws CongruentError `E_EXAMPLES` where columns are of different lengths or there is no example. */
export function refuseUnequalColumns(examples: Examples, what: string): void {
  if (examples.count === 0) {
    throw new CongruentError({
      code: "E_EXAMPLES",
      what: `${what} is empty`,
      expected: "at least one example",
      fix: "check how the data were read or split",
    });
  }
  for (const column of columnsOf(examples)) {
    const count = column.data.length / strideOf(column);
    if (count === examples.count) continue;
    throw new CongruentError({
      code: "E_EXAMPLES",
      what: `${what}: a tensor has ${count} examples, another one ${examples.count}`,
      expected: "the same number of examples in every input, target and weight",
      fix: "check the shapes",
    });
  }
}
