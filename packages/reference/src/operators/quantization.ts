import type { Call, Operators } from "../call.js";
import { convert } from "../convert.js";
import { zip } from "../elementwise.js";
import { valueDType } from "../from-proto.js";
import { roundHalfToEven } from "../half.js";
import { matrixProduct } from "../matrix-product.js";
import { broadcastStrides, stridesOf } from "../shapes.js";
import { type FloatValue, isFloat, like, type Value, type ValueDType, value } from "../value.js";
import { strided } from "../views.js";
import { convolve, convWindows } from "./conv.js";
import { misfit } from "./matmul.js";

const ranges: Partial<Record<ValueDType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int4: [-8, 7],
  uint4: [0, 15],
  int2: [-2, 1],
  uint2: [0, 3],
};

/** A scale or zero point stretched to the shape of what it scales: for all, along an axis, or in blocks of it. */
function stretched(call: Call, x: Value, scale: Value): Value {
  if (scale.data.length === 1) return like(scale, scale.data, []);
  const axis = call.axis(call.int("axis", 1), x.dims.length);
  const block = call.int("block_size", 0);
  if (block === 0) {
    const dims = x.dims.map((dim, at) => (at === axis ? dim : 1));
    return like(scale, scale.data, dims);
  }
  const split = (dims: readonly number[], by: readonly number[]) => dims.toSpliced(axis, 1, ...by);
  const blocks = scale.dims[axis] as number;
  const padded = split(x.dims, [blocks, block]);
  const repeated = strided(scale, padded, broadcastStrides(split(scale.dims, [blocks, 1]), padded));
  const whole = like(repeated, repeated.data, x.dims.with(axis, blocks * block));
  return strided(whole, x.dims, stridesOf(whole.dims));
}

/** x / scale rounded to the nearest even, plus the zero point, cut to the type's range. */
function quantize(call: Call): Value[] {
  const x = call.input(0);
  const scale = stretched(call, x, call.floats(1));
  const zero = call.optional(2);
  const dtype =
    zero?.dtype ??
    (call.int("output_dtype", 0) > 0 ? valueDType(call.int("output_dtype", 0), "the result") : "uint8");
  return [
    quantized(
      call,
      zip<number, number>(convert(x, "float64"), scale, "float64", (a, b) => a / b),
      { zero: zero && stretched(call, x, zero), dtype },
    ),
  ];
}

function quantized(
  call: Call,
  ratio: Value,
  { zero, dtype }: { zero?: Value | undefined; dtype: ValueDType },
): Value {
  // To floats of eight bits: rounded and cut as a cast does; their zero point is 0.
  if (isFloat(dtype)) return convert(ratio, dtype, call.int("saturate", 1) === 1);
  const [low, high] = ranges[dtype] ?? call.refuse(`it does not quantize to ${dtype}`, "E_NODE_DTYPE");
  const cut = (r: number, z: number) => Math.max(low, Math.min(high, roundHalfToEven(r) + z));
  return zip<number, number>(ratio, zero ?? value("float64", Float64Array.of(0), []), dtype, cut);
}

function dequantize(call: Call): Value[] {
  const x = call.input(0);
  const given = call.floats(1);
  const zero = call.optional(2);
  const shifted = centered(x, zero && stretched(call, x, zero));
  return [zip<number, number>(shifted, stretched(call, x, given), given.dtype, (a, s) => a * s)];
}

/** Integers less their zero point, in doubles. */
export function centered(x: Value, zero: Value | undefined): FloatValue {
  const wide = convert(x, "float64");
  const shifted = zero
    ? zip<number, number>(wide, convert(zero, "float64"), "float64", (a, z) => a - z)
    : wide;
  return shifted as FloatValue;
}

/** Scale and zero point from the input's own range, which is widened to hold zero. */
function dynamic(call: Call): Value[] {
  const x = call.floats(0);
  let [low, high] = [0, 0];
  for (const each of x.data) {
    low = Math.min(low, each);
    high = Math.max(high, each);
  }
  const scale = high === low ? 1 : (high - low) / 255;
  const zero = Math.max(0, Math.min(255, roundHalfToEven(-low / scale)));
  const point = value("uint8", Uint8Array.of(zero), []);
  const ratio = like(
    x,
    x.data.map((each) => each / scale),
  );
  return [
    quantized(call, ratio, { zero: point, dtype: "uint8" }),
    value("float32", Float64Array.of(scale), []),
    point,
  ];
}

/** A zero point of a matrix' rows or columns, shaped to broadcast. */
export function alongMatrix(zero: Value | undefined, axis: "rows" | "columns"): Value | undefined {
  if (zero?.dims.length !== 1 || zero.data.length === 1) return zero;
  return like(zero, zero.data, axis === "rows" ? [zero.data.length, 1] : [zero.data.length]);
}

function product(
  call: Call,
  [a, zeroA]: [Value, Value | undefined],
  [b, zeroB]: [Value, Value | undefined],
): FloatValue {
  const left = centered(a, alongMatrix(zeroA, "rows"));
  const right = centered(b, alongMatrix(zeroB, "columns"));
  return (matrixProduct(left, right) ?? misfit(call, a, b)) as FloatValue;
}

function matmulInteger(call: Call): Value[] {
  const result = product(call, [call.input(0), call.optional(2)], [call.input(1), call.optional(3)]);
  return [convert(result, "int32")];
}

function qLinearMatmul(call: Call): Value[] {
  const result = product(call, [call.input(0), call.optional(2)], [call.input(3), call.optional(5)]);
  const factors = zip<number, number>(call.floats(1), call.floats(4), "float64", (a, b) => a * b);
  const real = zip<number, number>(result, factors, "float64", (a, b) => a * b);
  const ratio = zip<number, number>(real, call.floats(6), "float64", (a, s) => a / s);
  const zero = call.input(7);
  return [quantized(call, ratio, { zero, dtype: zero.dtype })];
}

/** The zero point of filters, one for all or one for each. */
export function alongFilters(zero: Value | undefined, rank: number): Value | undefined {
  if (!zero || zero.data.length === 1) return zero && like(zero, zero.data, []);
  return like(zero, zero.data, [zero.data.length, ...new Array<number>(rank - 1).fill(1)]);
}

function integerConvolution(
  call: Call,
  [x, zeroX]: [Value, Value | undefined],
  [w, zeroW]: [Value, Value | undefined],
): FloatValue {
  const windows = convWindows(call, x.dims, w.dims);
  const filters = w.dims[0] as number;
  const options = { filters, groups: call.int("group", 1) };
  const left = centered(x, zeroX && like(zeroX, zeroX.data, []));
  const right = centered(w, alongFilters(zeroW, w.dims.length));
  const dims = [windows.batch, filters, ...windows.outputDims];
  return { dtype: "float64", dims, data: convolve(windows, left.data, right.data, options) };
}

function convInteger(call: Call): Value[] {
  return [
    convert(
      integerConvolution(call, [call.input(0), call.optional(2)], [call.input(1), call.optional(3)]),
      "int32",
    ),
  ];
}

function qLinearConv(call: Call): Value[] {
  const w = call.input(3);
  const result = integerConvolution(call, [call.input(0), call.optional(2)], [w, call.optional(5)]);
  const perFilter = (x: Value) =>
    x.data.length === 1
      ? like(x, x.data, [])
      : like(x, x.data, [x.data.length, ...w.dims.slice(2).map(() => 1)]);
  const bias = call.optional(8);
  const plus = bias
    ? zip<number, number>(result, perFilter(convert(bias, "float64")), "float64", (a, b) => a + b)
    : result;
  const factors = zip<number, number>(call.floats(1), perFilter(call.floats(4)), "float64", (a, b) => a * b);
  const real = zip<number, number>(
    plus,
    like(
      factors,
      factors.data,
      factors.dims.length > 1 ? factors.dims.slice(-w.dims.length + 1) : factors.dims,
    ),
    "float64",
    (a, b) => a * b,
  );
  const zero = call.input(7);
  const ratio = zip<number, number>(real, call.floats(6), "float64", (a, s) => a / s);
  return [quantized(call, ratio, { zero, dtype: zero.dtype })];
}

/** Between floats and 8- or 16-bit integers, and products of such integers. */
export const quantization: Operators = {
  ConvInteger: { 10: convInteger },
  DequantizeLinear: { 10: dequantize },
  DynamicQuantizeLinear: { 11: dynamic },
  MatMulInteger: { 10: matmulInteger },
  QLinearConv: { 10: qLinearConv },
  QLinearMatMul: { 10: qLinearMatmul },
  QuantizeLinear: { 10: quantize },
};
