import type { Call, Operators } from "../call.js";
import { type Binary, binary, mapData, zip } from "../elementwise.js";
import { allocate, type Value } from "../value.js";

type Truth = 0 | 1;
const truth = (holds: boolean): Truth => (holds ? 1 : 0);

/** One comparison for every type. */
function comparison(of: (a: number | bigint, b: number | bigint) => boolean): Binary<Truth, Truth> {
  const each = (a: number | bigint, b: number | bigint) => truth(of(a, b));
  return { float: each, int: each, big: each };
}

const equal: Binary<Truth, Truth> = {
  ...comparison((a, b) => a === b),
  bool: (a, b) => truth(a === b),
  string: (a, b) => truth(a === b),
};

const bitwise = {
  and: { int: (a: number, b: number) => a & b, big: (a: bigint, b: bigint) => a & b },
  or: { int: (a: number, b: number) => a | b, big: (a: bigint, b: bigint) => a | b },
  xor: { int: (a: number, b: number) => a ^ b, big: (a: bigint, b: bigint) => a ^ b },
};

function shift(call: Call): Value[] {
  const left = call.string("direction", "") === "LEFT";
  const x = call.input(0);
  const int = left ? (a: number, b: number) => a * 2 ** b : (a: number, b: number) => Math.floor(a / 2 ** b);
  const big = left ? (a: bigint, b: bigint) => a << b : (a: bigint, b: bigint) => a >> b;
  return x.dtype === "uint64"
    ? [zip<bigint, bigint>(x, call.input(1), x.dtype, big)]
    : [zip<number, number>(x, call.input(1), x.dtype, int)];
}

function isInf(call: Call): Value[] {
  const x = call.floats(0);
  const positive = call.int("detect_positive", 1) === 1;
  const negative = call.int("detect_negative", 1) === 1;
  const test = (each: number) =>
    truth((positive && each === Number.POSITIVE_INFINITY) || (negative && each === Number.NEGATIVE_INFINITY));
  return [{ dtype: "bool", dims: x.dims, data: mapData(x.data, "bool", test) }];
}

function isNaNs(call: Call): Value[] {
  const x = call.floats(0);
  return [
    {
      dtype: "bool",
      dims: x.dims,
      data: mapData(x.data, "bool", (each: number) => truth(Number.isNaN(each))),
    },
  ];
}

/** Elements of the second input where the condition holds, else of the third. */
function where(call: Call): Value[] {
  const [condition, yes, no] = [call.input(0), call.input(1), call.input(2)];
  // Both choices and the condition broadcast: pairs of values first, then the condition picks.
  const places = (x: Value): Value => ({
    dtype: "float64",
    dims: x.dims,
    data: Float64Array.from({ length: x.data.length }, (_, i) => i),
  });
  const both = zip<number, number>(places(yes), places(no), "float64", (a) => a);
  const other = zip<number, number>(places(yes), places(no), "float64", (_, b) => b);
  const fromYes = zip<number, number>(condition, both, "float64", (holds, at) => (holds ? at : -1));
  const fromNo = zip<number, number>(condition, other, "float64", (_, at) => at);
  const data = allocate(yes.dtype, fromYes.data.length);
  for (let i = 0; i < data.length; i++) {
    const at = fromYes.data[i] as number;
    (data as unknown[])[i] = at >= 0 ? yes.data[at] : no.data[fromNo.data[i] as number];
  }
  return [{ dtype: yes.dtype, dims: fromYes.dims, data }];
}

/** Comparisons, truth values, bits and choice. */
export const logic: Operators = {
  And: { 7: binary({ bool: (a, b) => a & b }) },
  Or: { 7: binary({ bool: (a, b) => a | b }) },
  Xor: { 7: binary({ bool: (a, b) => a ^ b }) },
  Not: {
    1: (call) => {
      const x = call.input(0);
      return [{ ...x, data: mapData(x.data, "bool", (each: number) => truth(each === 0)) }];
    },
  },
  BitShift: { 11: shift },
  BitwiseAnd: { 18: binary(bitwise.and) },
  BitwiseOr: { 18: binary(bitwise.or) },
  BitwiseXor: { 18: binary(bitwise.xor) },
  Equal: { 7: binary(equal, "bool") },
  Greater: {
    7: binary(
      comparison((a, b) => a > b),
      "bool",
    ),
  },
  GreaterOrEqual: {
    12: binary(
      comparison((a, b) => a >= b),
      "bool",
    ),
  },
  Less: {
    7: binary(
      comparison((a, b) => a < b),
      "bool",
    ),
  },
  LessOrEqual: {
    12: binary(
      comparison((a, b) => a <= b),
      "bool",
    ),
  },
  IsInf: { 10: isInf },
  IsNaN: { 9: isNaNs },
  Where: { 9: where },
};
