import type { Call, Operators } from "../call.js";
import { checkSameType } from "../elementwise.js";
import { matrixProduct } from "../matrix-product.js";
import type { Value } from "../value.js";

function product(call: Call): Value[] {
  const [a, b] = [call.input(0), call.input(1)];
  checkSameType(call, a, b);
  return [matrixProduct(a, b) ?? misfit(call, a, b)];
}

export function misfit(call: Call, a: Value, b: Value): never {
  return call.refuse(`[${a.dims.join(", ")}] and [${b.dims.join(", ")}] are no factors`, "E_NODE_SHAPE");
}

export const matmul: Operators = { MatMul: { 1: product } };
