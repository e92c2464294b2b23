/** Kernels that compute each element by itself, with ONNX's broadcasting. */
import { sizeOf } from "@congruent/core";
import type { Call, Kernel } from "./call.js";
import { plainRows, type Rows, rowsOf } from "./rows.js";
import { broadcastDims, broadcastStrides, coalesced, eachRow } from "./shapes.js";
import { allocate, isBig, isFloat, type Value, type ValueData, type ValueDType } from "./value.js";

/** One function for each kind of elements that an operator takes; 64-bit integers are bigints. */
export interface Unary {
  float?: (x: number) => number;
  /** Integers of up to 32 bits; results wrap around when they are stored. */
  int?: (x: number) => number;
  big?: (x: bigint) => bigint;
}

/** The kind of a type's elements. */
export function kindOf(dtype: ValueDType): "float" | "int" | "big" | "bool" | "string" {
  if (isFloat(dtype)) return "float";
  if (isBig(dtype)) return "big";
  return dtype === "bool" || dtype === "string" ? dtype : "int";
}

/** The function for the type of a value, or a refusal. */
function chosen<F>(
  call: Call,
  functions: Partial<Record<ReturnType<typeof kindOf>, F>>,
  dtype: ValueDType,
): F {
  return (
    functions[kindOf(dtype)] ?? call.refuse(`${call.node.opType} is not defined for ${dtype}`, "E_NODE_DTYPE")
  );
}

/** `data[i] → f(data[i])` into a new array of type `dtype`. */
export function mapData<X, Y>(source: ValueData, dtype: ValueDType, f: (x: X) => Y): ValueData {
  const to = allocate(dtype, source.length);
  if (source instanceof Float64Array && to instanceof Float64Array) {
    mapDoubles(source, to, f as unknown as (x: number) => number);
    return to;
  }
  const from = source as unknown as ArrayLike<X>;
  const target = to as unknown as Y[];
  for (let i = 0; i < from.length; i++) target[i] = f(from[i] as X);
  return to;
}

/** By itself, as a loop that meets one kind of array alone runs several times as fast. */
function mapDoubles(from: Float64Array, to: Float64Array, f: (x: number) => number): void {
  for (let i = 0; i < to.length; i++) to[i] = f(from[i] as number);
}

/** A kernel of one input whose output has its type and shape. */
export function unary(functions: Unary): Kernel {
  return (call) => {
    const x = call.input(0);
    const f = chosen<(x: never) => unknown>(call, functions, x.dtype) as (x: unknown) => unknown;
    return [{ dtype: x.dtype, dims: x.dims, data: mapData(x.data, x.dtype, f) }];
  };
}

/** A kernel over floats whose function depends on the node's attributes. */
export function activation(make: (call: Call) => (x: number) => number): Kernel {
  return (call) => {
    const x = call.floats(0);
    return [{ dtype: x.dtype, dims: x.dims, data: mapData(x.data, x.dtype, make(call)) }];
  };
}

export type Pair<X, Y> = (a: X, b: X) => Y;

export interface Binary<N = number, B = bigint> {
  float?: Pair<number, N>;
  int?: Pair<number, N>;
  big?: Pair<bigint, B>;
  bool?: Pair<number, N>;
  string?: Pair<string, N>;
}

/** `f(a, b)` with broadcasting, as a value of type `dtype`. */
export function zip<X, Y>(a: Value, b: Value, dtype: ValueDType, f: Pair<X, Y>): Value {
  const dims = broadcastDims(a.dims, b.dims);
  const data = allocate(dtype, sizeOf(dims));
  const walk = coalesced(dims, [broadcastStrides(a.dims, dims), broadcastStrides(b.dims, dims)]);
  const [stepsA = [], stepsB = []] = walk.strides;
  const length = walk.dims.at(-1) ?? 1;
  const [stepA, stepB] = [stepsA.at(-1) ?? 0, stepsB.at(-1) ?? 0];
  if (areDoubles(a.data, b.data, data)) {
    const [from, other, to] = [a.data, b.data, data] as [Float64Array, Float64Array, Float64Array];
    const g = f as unknown as Pair<number, number>;
    const rows: Rows = rowsOf.get(g) ?? plainRows(g);
    eachRow(walk.dims, walk.strides, (begin, [startA = 0, startB = 0]) => {
      rows(from, startA, stepA, other, startB, stepB, to, begin, length);
    });
  } else {
    const [from, other] = [a.data as unknown as X[], b.data as unknown as X[]];
    const to = data as unknown as Y[];
    eachRow(walk.dims, walk.strides, (begin, [startA = 0, startB = 0]) => {
      for (let i = 0; i < length; i++) {
        to[begin + i] = f(from[startA + i * stepA] as X, other[startB + i * stepB] as X);
      }
    });
  }
  return { dtype, dims, data };
}

function areDoubles(...all: readonly ValueData[]): boolean {
  return all.every((data) => data instanceof Float64Array);
}

/** A kernel of two inputs of one type; `result` is the output's type. Default: the inputs' own. */
export function binary<N, B>(functions: Binary<N, B>, result?: ValueDType): Kernel {
  return (call) => {
    const [a, b] = [call.input(0), call.input(1)];
    checkSameType(call, a, b);
    const f = chosen<Pair<never, unknown>>(call, functions, a.dtype) as Pair<unknown, unknown>;
    return [zip(a, b, result ?? a.dtype, f)];
  };
}

/** A kernel of any number of inputs, taken two at a time from the left. */
export function variadic(functions: Binary): Kernel {
  return (call) => {
    const all = call.all();
    return [
      all.reduce((a, b) => {
        checkSameType(call, a, b);
        const f = chosen<Pair<never, unknown>>(call, functions as Binary<unknown, unknown>, a.dtype);
        return zip(a, b, a.dtype, f as Pair<unknown, unknown>);
      }),
    ];
  };
}

export function checkSameType(call: Call, a: Value, b: Value): void {
  if (a.dtype !== b.dtype)
    call.refuse(`its inputs are ${a.dtype} and ${b.dtype}, not of one type`, "E_NODE_DTYPE");
}
