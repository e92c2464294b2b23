import { bigAbs, bigMax, bigSign } from "../big.js";
import type { Operators } from "../call.js";
import { unary } from "../elementwise.js";
import { erf } from "../erf.js";
import { roundHalfToEven } from "../half.js";

/** Functions of one number, element by element. */
export const math: Operators = {
  Abs: { 1: unary({ float: Math.abs, int: Math.abs, big: bigAbs }) },
  Acos: { 7: unary({ float: Math.acos }) },
  Acosh: { 9: unary({ float: Math.acosh }) },
  Asin: { 7: unary({ float: Math.asin }) },
  Asinh: { 9: unary({ float: Math.asinh }) },
  Atan: { 7: unary({ float: Math.atan }) },
  Atanh: { 9: unary({ float: Math.atanh }) },
  BitwiseNot: { 18: unary({ int: (x) => ~x, big: (x) => ~x }) },
  Ceil: { 1: unary({ float: Math.ceil }) },
  Cos: { 7: unary({ float: Math.cos }) },
  Cosh: { 9: unary({ float: Math.cosh }) },
  Erf: { 9: unary({ float: erf }) },
  Exp: { 1: unary({ float: Math.exp }) },
  Floor: { 1: unary({ float: Math.floor }) },
  Log: { 1: unary({ float: Math.log }) },
  Neg: { 1: unary({ float: (x) => -x, int: (x) => -x, big: (x) => -x }) },
  Reciprocal: { 1: unary({ float: (x) => 1 / x }) },
  Round: { 11: unary({ float: roundHalfToEven }) },
  Sign: { 9: unary({ float: Math.sign, int: Math.sign, big: bigSign }) },
  Sin: { 7: unary({ float: Math.sin }) },
  Sinh: { 9: unary({ float: Math.sinh }) },
  Sqrt: { 1: unary({ float: Math.sqrt }) },
  Tan: { 7: unary({ float: Math.tan }) },
  Tanh: { 1: unary({ float: Math.tanh }) },
  // Relu of integers came with opset 14.
  Relu: { 1: unary({ float: relu, int: relu, big: (x) => bigMax(x, 0n) }) },
  Identity: { 1: (call) => [call.input(0)] },
};

/** NaN stays NaN. */
function relu(x: number): number {
  return Math.max(x, 0);
}
