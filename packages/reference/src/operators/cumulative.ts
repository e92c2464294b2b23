import type { Call, Kernel, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { isBig, isFloat, like, type Value } from "../value.js";

/** Every element joined with all before it (or, reversed, after it) along an axis. */
function running<T>(start: T, join: (so: T, x: T) => T): (call: Call) => Value {
  return (call) => {
    const x = call.input(0);
    const axis = call.axis(call.numbers(1)[0] ?? 0, x.dims.length);
    const [exclusive, reverse] = [call.int("exclusive", 0) === 1, call.int("reverse", 0) === 1];
    const { outer, size, inner } = splitAtAxis(x.dims, axis);
    const data = x.data.slice();
    const to = data as unknown as T[];
    for (let line = 0; line < outer * inner; line++) {
      const begin = Math.floor(line / inner) * size * inner + (line % inner);
      let so = start;
      for (let k = 0; k < size; k++) {
        const at = begin + (reverse ? size - 1 - k : k) * inner;
        const next = join(so, to[at] as T);
        to[at] = exclusive ? so : next;
        so = next;
      }
    }
    return like(x, data);
  };
}

const numberSum = running(0, (so, x) => so + x);
const bigSum = running(0n, (so, x) => so + x);
const sum: Kernel = (call) => [isBig(call.input(0).dtype) ? bigSum(call) : numberSum(call)];

const numberProduct = running(1, (so, x) => so * x);
const integerProduct = running(1, Math.imul);
const bigProduct = running(1n, (so, x) => so * x);
const product: Kernel = (call) => {
  const { dtype } = call.input(0);
  if (isBig(dtype)) return [bigProduct(call)];
  return [isFloat(dtype) ? numberProduct(call) : integerProduct(call)];
};

/** Sums and products of all elements before. */
export const cumulative: Operators = { CumProd: { 26: product }, CumSum: { 11: sum } };
