import type { Call, Operators } from "../call.js";
import { checkSameType, zip } from "../elementwise.js";
import { matrixProduct, type Transposes, transposedProduct } from "../matrix-product.js";
import { type FloatValue, isBig, isFloat, type Value } from "../value.js";
import { strided } from "../views.js";
import { misfit } from "./matmul.js";

function transposed(x: Value, transpose: boolean): Value {
  const [rows = 1, columns = 1] = x.dims;
  return transpose ? strided(x, [columns, rows], [1, columns]) : x;
}

/** Null when the shapes do not fit. */
function productOf(a: Value, b: Value, transposes: Transposes): Value | null {
  if (a.dims.length !== 2 || b.dims.length !== 2) return null;
  if (isFloat(a.dtype)) return transposedProduct(a as FloatValue, b as FloatValue, transposes);
  return matrixProduct(transposed(a, transposes.a), transposed(b, transposes.b));
}

/** alpha · A · B + beta · C, where A and B may be transposed and C broadcasts. */
function general(call: Call): Value[] {
  const [a, b] = [call.input(0), call.input(1)];
  checkSameType(call, a, b);
  const transposes = { a: call.int("transA", 0) !== 0, b: call.int("transB", 0) !== 0 };
  const product = productOf(a, b, transposes) ?? misfit(call, a, b);
  const [alpha, beta] = [call.float("alpha", 1), call.float("beta", 1)];
  const c = call.optional(2);
  if (isBig(a.dtype)) {
    const [by, plus] = [BigInt(alpha), BigInt(beta)];
    const scaled = { ...product, data: (product.data as BigInt64Array).map((x) => x * by) };
    return [c ? zip<bigint, bigint>(scaled, c, a.dtype, (x, y) => x + plus * y) : scaled];
  }
  if (!isFloat(a.dtype) && !(Number.isInteger(alpha) && Number.isInteger(beta))) {
    call.refuse("alpha and beta of an integer product must be integers", "E_NODE_ATTRIBUTE");
  }
  const data = alpha === 1 ? product.data : (product.data as Float64Array).map((x) => x * alpha);
  const scaled = { ...product, data };
  return [c ? zip<number, number>(scaled, c, a.dtype, (x, y) => x + beta * y) : scaled];
}

export const gemm: Operators = { Gemm: { 7: general } };
