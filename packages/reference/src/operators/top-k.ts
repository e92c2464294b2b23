import type { Call, Kernel, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { allocate, type Value } from "../value.js";

/** The k largest (or smallest) elements of an axis, in order; of equal ones the one with the lower index comes first. */
function best(countOf: (call: Call) => number): Kernel {
  return (call): Value[] => {
    const x = call.input(0);
    const axis = call.axis(call.int("axis", -1), x.dims.length);
    const sign = call.int("largest", 1) === 1 ? -1 : 1;
    const count = countOf(call);
    const { outer, size, inner } = splitAtAxis(x.dims, axis);
    if (count > size) call.refuse(`${count} elements are asked of an axis of ${size}`, "E_NODE_VALUE");
    const from = x.data as ArrayLike<number | bigint>;
    const data = allocate(x.dtype, outer * count * inner);
    const places = allocate("int64", outer * count * inner);
    for (let line = 0; line < outer * inner; line++) {
      const [o, i] = [Math.floor(line / inner), line % inner];
      const at = (k: number) => from[(o * size + k) * inner + i] as number;
      const order = Array.from({ length: size }, (_, k) => k).sort((a, b) => {
        const [left, right] = [at(a), at(b)];
        return left === right ? a - b : left < right ? -sign : sign;
      });
      for (let k = 0; k < count; k++) {
        const to = (o * count + k) * inner + i;
        (data as unknown[])[to] = at(order[k] as number);
        places[to] = BigInt(order[k] as number);
      }
    }
    const dims = x.dims.with(axis, count);
    return [
      { dtype: x.dtype, dims, data },
      { dtype: "int64", dims, data: places },
    ];
  };
}

export const topK: Operators = {
  TopK: { 1: best((call) => call.int("k", 0)), 10: best((call) => call.numbers(1)[0] ?? 0) },
};
