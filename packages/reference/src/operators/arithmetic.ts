import { CongruentError } from "@congruent/core";
import { bigMax, bigMin } from "../big.js";
import type { Call, Kernel, Operators } from "../call.js";
import { convert } from "../convert.js";
import { type Binary, binary, kindOf, mapData, variadic, zip } from "../elementwise.js";
import { minus, over, plus, times } from "../rows.js";
import type { Value } from "../value.js";

/** Arithmetic of two or more inputs with broadcasting; integers are exact and wrap around. */
const add: Binary = { float: plus, int: (a, b) => a + b, big: (a, b) => a + b };
const subtract: Binary = { float: minus, int: (a, b) => a - b, big: (a, b) => a - b };
const multiply: Binary = { float: times, int: Math.imul, big: (a, b) => a * b };
const divide: Binary = {
  float: over,
  int: (a, b) => Math.trunc(a / divisor(b)),
  big: (a, b) => a / divisor(b),
};
const greatest: Binary = { float: Math.max, int: Math.max, big: bigMax };
const least: Binary = { float: Math.min, int: Math.min, big: bigMin };

function divisor<T extends number | bigint>(b: T): T {
  if (b !== 0 && b !== 0n) return b;
  throw new CongruentError({ code: "E_NODE_VALUE", what: "an integer is divided by zero" });
}

/** Python's remainder, with the divisor's sign; C's with `fmod`. */
const floorMod: Binary = {
  float: (a, b) => a - b * Math.floor(a / b),
  int: (a, b) => a - b * Math.floor(a / divisor(b)),
  big: (a, b) => ((a % divisor(b)) + b) % b,
};
const truncMod: Binary = {
  float: (a, b) => a % b,
  int: (a, b) => a % divisor(b),
  big: (a, b) => a % divisor(b),
};
const [modulo, remainder] = [binary(floorMod), binary(truncMod)];

const mean: Kernel = (call) => {
  const [sum] = variadic({ float: plus })(call) as [Value];
  const count = call.inputs.length;
  return [{ ...sum, data: mapData(sum.data, sum.dtype, (x: number) => x / count) }];
};

/** The exponent may be of another type than the base, whose type the result has. */
function pow(call: Call): Value[] {
  const [base, exponent] = [call.input(0), call.input(1)];
  if (kindOf(base.dtype) === "float") {
    return [zip<number, number>(base, convert(exponent, "float64"), base.dtype, power)];
  }
  if (kindOf(exponent.dtype) === "float") {
    const wide = zip<number, number>(convert(base, "float64"), exponent, "float64", power);
    return [convert(wide, base.dtype)];
  }
  const exact = zip<bigint, bigint>(convert(base, "int64"), convert(exponent, "int64"), "int64", bigPower);
  return [convert(exact, base.dtype)];
}

/** IEEE's: JavaScript alone has (±1) ** ±∞ = NaN. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;
}

function bigPower(a: bigint, b: bigint): bigint {
  if (b >= 0n) return BigInt.asIntN(64, a ** b);
  return a === 1n ? 1n : a === -1n ? (b % 2n === 0n ? 1n : -1n) : 0n / divisor(a);
}

export const arithmetic: Operators = {
  Add: { 7: binary(add) },
  Sub: { 7: binary(subtract) },
  Mul: { 7: binary(multiply) },
  Div: { 7: binary(divide) },
  Mod: { 10: (call) => (call.int("fmod", 0) === 1 ? remainder(call) : modulo(call)) },
  Pow: { 7: pow },
  Sum: { 6: variadic(add) },
  Mean: { 6: mean },
  Max: { 6: variadic(greatest) },
  Min: { 6: variadic(least) },
};
