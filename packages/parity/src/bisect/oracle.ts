/** The oracle: where the right values come from, and how far from them a correct runtime may be. */
import type { Tensor } from "@congruent/core";
import type { GraphNode, ModelProto } from "@congruent/onnx";
import type { Tensors } from "../runner.js";

/** An observed tensor compared with the right one. */
export interface Agreement {
  within: boolean;
  /** Error as a part of the bound, at the worst element; infinite where NaN, infinity or another shape stands instead of a number. */
  ratio: number;
  /** Error at that element; null where it is not a number. */
  maxAbs: number | null;
  /** The largest error that is allowed there. */
  bound: number;
  /** Where the bound comes from. */
  why: string;
  /** Position of that element in row-major order; null for another shape or type, and where nothing differs. */
  at: number | null;
  expected: number | null;
  observed: number | null;
  /** No element has a finite bound: that the value is within it means nothing. */
  silent: boolean;
}

/** The right value of one tensor. */
export interface Expected {
  dtype: string;
  dims: readonly number[];
  /** The value to feed a runtime with: rounded to its type. Null for types that tensors do not have. */
  tensor(): Tensor | null;
  /** @param begin first element to compare. Default: all elements. */
  judge(observed: Tensor, begin?: number, end?: number): Agreement;
  /** The most that an element may be off. */
  largestBound: number;
  /** Memory in this process, in bytes. */
  bytes: number;
}

export type ExpectedValues = ReadonlyMap<string, Expected>;

/** One node with what it reads and makes. */
export interface Step {
  node: GraphNode;
  /** Computed values and the model's inputs; weights are left out. */
  inputs: ExpectedValues;
  outputs: ExpectedValues;
}

/** Computes the values that the bisect trusts. In use: the fp64 reference; in tests, a double. */
export interface Oracle {
  /** Such as `reference`. */
  name: string;
  /**
   * Computes a model node by node, in topological order, and keeps no value longer than a later node needs it. Bounds of a value include
   * all rounding since the model's inputs, which count as exact.
   */
  walk(
    model: ModelProto,
    feeds: Tensors,
    visit: (step: Step) => void | Promise<void>,
    options?: WalkOptions,
  ): Promise<void>;
}

export interface WalkOptions {
  /** Whether bounds are computed, which takes several times as long. Default: true. Without them every value counts as exact. */
  bounds?: boolean;
}

/** Some values of a model. Names that it does not compute are left out. */
export async function valuesOf(
  oracle: Oracle,
  model: ModelProto,
  feeds: Tensors,
  names: Iterable<string>,
  options?: WalkOptions,
): Promise<Map<string, Expected>> {
  const wanted = new Set(names);
  const found = new Map<string, Expected>();
  if (wanted.size === 0) return found;
  await oracle.walk(
    model,
    feeds,
    ({ outputs }) => {
      for (const [name, value] of outputs) if (wanted.has(name)) found.set(name, value);
    },
    options,
  );
  return found;
}

/** Some values of a model, to feed a part of it with. */
export async function tensorsOf(
  oracle: Oracle,
  model: ModelProto,
  feeds: Tensors,
  names: Iterable<string>,
): Promise<Tensors> {
  const values = await valuesOf(oracle, model, feeds, names, { bounds: false });
  return Object.fromEntries(
    [...values].flatMap(([name, value]): [string, Tensor][] => {
      const tensor = value.tensor();
      return tensor ? [[name, tensor]] : [];
    }),
  );
}
