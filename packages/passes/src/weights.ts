/** Constants that passes add to a graph. */
import { DTYPES, type DType } from "@congruent/core";
import {
  changed,
  dtypeName,
  type GraphProto,
  makeTensor,
  makeTensorValueInfo,
  ONNX_DTYPES,
  type TensorProto,
} from "@congruent/onnx";
import { toTensor, type Value, type ValueData } from "@congruent/reference";
import type { Weights } from "./layout/mover.js";
import type { Permutation } from "./layout/permutation.js";
import { walkPermuted } from "./permuted.js";
import type { Scope } from "./scope.js";

/** A constant of up to so many elements may be there twice: it is no part of a file's size. */
const SMALL = 1024;

/** Whether tensors can hold a value: those of the graph's own types, and no sequences. */
export function isTensor(value: Value): boolean {
  return (
    (DTYPES as readonly string[]).includes(value.dtype) &&
    value.parts === undefined &&
    value.keys === undefined &&
    value.absent === undefined
  );
}

/** Whether a constant can be there in another order without making the file larger. */
export function isPermutable(scope: Scope, name: string): boolean {
  const value = scope.constant(name);
  if (!value || !isTensor(value)) return false;
  return value.data.length <= SMALL || (scope.isOwn(name) && scope.uses(name) === 1);
}

/** The tensor with its axes in another order. */
function permute(value: Value, order: Permutation): Value {
  const { dims, data } = value;
  const out = data.slice() as ValueData;
  walkPermuted(dims, order, (from, to) => {
    (out as unknown[])[to] = data[from];
    return false;
  });
  return { ...value, dims: order.map((axis) => dims[axis] as number), data: out };
}

/** What a pass adds to a graph's weights; what is asked for twice is there once. */
export class NewWeights implements Weights {
  readonly #made = new Map<string, string>();
  readonly #added: TensorProto[] = [];

  constructor(readonly scope: Scope) {}

  permuted(name: string, order: Permutation): string {
    return this.#once(`${name} ${order}`, `${name}/permuted`, () => {
      const value = this.#value(name);
      const missing = order.length - value.dims.length;
      return permute({ ...value, dims: [...new Array<number>(missing).fill(1), ...value.dims] }, order);
    });
  }

  permutedList(name: string, order: Permutation): string {
    return this.#once(`${name} list ${order}`, `${name}/permuted`, () => {
      const value = this.#value(name);
      const data = value.data.slice() as ValueData;
      for (const [i, axis] of order.entries()) (data as unknown[])[i] = value.data[axis];
      return { ...value, data };
    });
  }

  regrouped(name: string, view: (dims: readonly number[]) => readonly number[], order: Permutation): string {
    const value = this.#value(name);
    const dims = view(value.dims);
    return this.#once(`${name} as ${dims} ${order}`, `${name}/permuted`, () => ({
      ...permute({ ...value, dims }, order),
      dims: value.dims,
    }));
  }

  integer(wish: string, value: number): string {
    return this.#once(`integer ${value}`, wish, () => integers([value], []));
  }

  integers(wish: string, list: readonly number[], like?: string): string {
    const narrow = like !== undefined && this.scope.elementType(like) === ONNX_DTYPES.int32;
    const dims = [list.length];
    return this.#once(`integers ${narrow} ${list}`, wish, () =>
      narrow ? { dtype: "int32", dims, data: Int32Array.from(list) } : integers(list, dims),
    );
  }

  /** A constant under a new name. */
  add(wish: string, value: Value): string {
    const name = this.scope.facts.fresh(wish);
    this.set(name, value);
    return name;
  }

  /** A constant in the place of what made the value until now. */
  set(name: string, value: Value): void {
    this.#added.push(makeTensor(name, toTensor(value)));
  }

  /** The graph with what was added. */
  addedTo(graph: GraphProto): GraphProto {
    if (this.#added.length === 0) return graph;
    // Files before IR version 4 list their weights among the inputs.
    const old = this.scope.facts.model.irVersion < 4n && this.scope.around === null;
    const listed = old ? this.#added.map(declared) : [];
    return changed(graph, {
      initializer: [...graph.initializer, ...this.#added],
      input: [...graph.input, ...listed],
    });
  }

  #once(key: string, wish: string, make: () => Value): string {
    const name = this.#made.get(key) ?? this.add(wish, make());
    this.#made.set(key, name);
    return name;
  }

  #value(name: string): Value {
    const found = this.scope.constant(name);
    if (!found) throw new Error(`${name} is no constant`);
    return found;
  }
}

function declared({ name, dims, dataType }: TensorProto) {
  return makeTensorValueInfo(name, dtypeName(dataType) as DType, dims.map(Number));
}

function integers(list: readonly number[], dims: readonly number[]): Value {
  return { dtype: "int64", dims, data: BigInt64Array.from(list, BigInt) };
}
