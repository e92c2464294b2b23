import { sizeOf } from "@congruent/core";
import { bigMax, bigMin } from "../big.js";
import type { Call, Kernel, Operators } from "../call.js";
import { convert } from "../convert.js";
import { eachRow, stridesOf } from "../shapes.js";
import { allocate, isBig, isFloat, type Value } from "../value.js";

/** How a reduction is folded: all elements of a group, one after the other, onto a start value. */
interface Fold<T> {
  start: T;
  step: (so: T, x: T) => T;
  finish?: (so: T, count: number) => T;
}

interface Reduction {
  number: Fold<number>;
  /** Of 64-bit integers, where it is more exact than by doubles. */
  big?: Fold<bigint>;
  /** The opset since which the axes are an input. Default: 18. */
  axesInputSince?: number;
}

/** Shape with the reduced axes at 1, and strides into the result for each axis of the input: 0 along reduced ones. */
function resultLayout(dims: readonly number[], axes: ReadonlySet<number>) {
  const kept = dims.map((dim, axis) => (axes.has(axis) ? 1 : dim));
  const strides = stridesOf(kept).map((stride, axis) => (axes.has(axis) ? 0 : stride));
  return { kept, strides, size: sizeOf(kept) };
}

function fold<T>(x: Value, axes: ReadonlySet<number>, { start, step, finish }: Fold<T>): Value {
  const { kept, strides, size } = resultLayout(x.dims, axes);
  const data = allocate(x.dtype, size);
  const to = data as unknown as T[];
  const from = x.data as unknown as T[];
  // A typed array cannot hold an infinite start of an integer maximum: folds run in a plain array.
  const sums = new Array<T>(size).fill(start);
  const length = x.dims.at(-1) ?? 1;
  const stride = strides.at(-1) ?? 0;
  if (x.data.length > 0) {
    eachRow(x.dims, [strides], (begin, [offset = 0]) => {
      for (let i = 0; i < length; i++) {
        const at = offset + i * stride;
        sums[at] = step(sums[at] as T, from[begin + i] as T);
      }
    });
  }
  const count = size === 0 ? 0 : x.data.length / size;
  for (let i = 0; i < size; i++) to[i] = finish ? finish(sums[i] as T, count) : (sums[i] as T);
  return { dtype: x.dtype, dims: kept, data };
}

const log = (so: number) => Math.log(so);
const sum: Fold<number> = { start: 0, step: (so, x) => so + x };
const greatest: Fold<number> = { start: Number.NEGATIVE_INFINITY, step: Math.max };
const least: Fold<number> = { start: Number.POSITIVE_INFINITY, step: Math.min };

const reductions: Readonly<Record<string, Reduction>> = {
  ReduceL1: { number: { start: 0, step: (so, x) => so + Math.abs(x) } },
  ReduceL2: { number: { start: 0, step: (so, x) => so + x * x, finish: Math.sqrt } },
  ReduceLogSum: { number: { ...sum, finish: log } },
  ReduceMax: {
    number: greatest,
    big: { start: -(2n ** 63n), step: bigMax },
  },
  ReduceMean: {
    number: { ...sum, finish: (so, count) => so / count },
    big: { start: 0n, step: (so, x) => so + x, finish: (so, count) => so / BigInt(count) },
  },
  ReduceMin: {
    number: least,
    big: { start: 2n ** 64n, step: bigMin },
  },
  ReduceProd: {
    number: { start: 1, step: (so, x) => so * x },
    big: { start: 1n, step: (so, x) => so * x },
  },
  ReduceSum: { number: sum, big: { start: 0n, step: (so, x) => so + x }, axesInputSince: 13 },
  ReduceSumSquare: {
    number: { start: 0, step: (so, x) => so + x * x },
    big: { start: 0n, step: (so, x) => so + x * x },
  },
};

function reduceBy({ number, big }: Reduction) {
  return (x: Value, axes: ReadonlySet<number>): Value => {
    if (!isBig(x.dtype)) return fold(x, axes, number);
    return big ? fold(x, axes, big) : convert(fold(convert(x, "float64"), axes, number), x.dtype);
  };
}

/** log Σ e^x, with the largest element of each group taken out. */
function logSumExp(x: Value, axes: ReadonlySet<number>): Value {
  const wide = isFloat(x.dtype) ? x : convert(x, "float64");
  const most = fold(wide, axes, greatest).data as Float64Array;
  const shift = most.map((each) => (Number.isFinite(each) ? each : 0));
  const { strides } = resultLayout(wide.dims, axes);
  const powers = allocate("float64", wide.data.length);
  const length = wide.dims.at(-1) ?? 1;
  const stride = strides.at(-1) ?? 0;
  if (powers.length > 0) {
    eachRow(wide.dims, [strides], (begin, [offset = 0]) => {
      for (let i = 0; i < length; i++) {
        const by = shift[offset + i * stride] as number;
        powers[begin + i] = Math.exp((wide.data[begin + i] as number) - by);
      }
    });
  }
  const sums = fold({ ...wide, data: powers }, axes, sum);
  const data = (sums.data as Float64Array).map((each, i) => Math.log(each) + (shift[i] as number));
  return convert({ ...sums, data }, x.dtype);
}

/** The kernel of a reduction, given where its axes come from. */
function reducing(
  reduce: (x: Value, axes: ReadonlySet<number>) => Value,
  axesOf: (call: Call) => number[] | undefined,
): Kernel {
  return (call) => {
    const x = call.input(0);
    const rank = x.dims.length;
    const given = axesOf(call) ?? [];
    if (new Set(given).size < given.length) call.refuse("an axis is given twice", "E_NODE_ATTRIBUTE");
    if (given.length === 0 && call.int("noop_with_empty_axes", 0) === 1) return [x];
    const axes = new Set(given.length > 0 ? given.map((axis) => call.axis(axis, rank)) : x.dims.keys());
    const { data, dims, dtype } = reduce(x, axes);
    const keep = call.int("keepdims", 1) === 1;
    return [{ dtype, data, dims: keep ? dims : dims.filter((_, axis) => !axes.has(axis)) }];
  };
}

const attribute = (call: Call) => call.ints("axes");
const secondInput = (call: Call) => call.maybeNumbers(1);

/** Axes were an attribute first and became an input later. */
function forms(reduce: (x: Value, axes: ReadonlySet<number>) => Value, since = 18) {
  return { 1: reducing(reduce, attribute), [since]: reducing(reduce, secondInput) };
}

/** Sums, means, extremes and norms along axes. */
export const reduce: Operators = {
  ...Object.fromEntries(
    Object.entries(reductions).map(([name, reduction]) => [
      name,
      forms(reduceBy(reduction), reduction.axesInputSince),
    ]),
  ),
  ReduceLogSumExp: forms(logSumExp),
};
