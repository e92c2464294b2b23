import type { Call, Kernel, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { allocate, type Value } from "../value.js";

/** Index of the first (or last) element along an axis that is better than all before. NaN counts as the best, as in numpy. */
function extreme(better: (x: number, best: number) => boolean): Kernel {
  return (call: Call): Value[] => {
    const x = call.input(0);
    const axis = call.axis(call.int("axis", 0), x.dims.length);
    const last = call.int("select_last_index", 0) === 1;
    const { outer, size, inner } = splitAtAxis(x.dims, axis);
    const from = x.data as Float64Array;
    const data = allocate("int64", outer * inner);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const begin = o * size * inner + i;
        let best = from[begin] as number;
        let at = 0;
        for (let k = 1; k < size; k++) {
          const here = from[begin + k * inner] as number;
          const wins = better(here, best) || (Number.isNaN(here) && !Number.isNaN(best));
          if (!wins && !(last && here === best)) continue;
          best = here;
          at = k;
        }
        data[o * inner + i] = BigInt(at);
      }
    }
    const keep = call.int("keepdims", 1) === 1;
    const dims = keep ? x.dims.with(axis, 1) : x.dims.toSpliced(axis, 1);
    return [{ dtype: "int64", dims, data }];
  };
}

export const argExtreme: Operators = {
  ArgMax: { 1: extreme((x, best) => x > best) },
  ArgMin: { 1: extreme((x, best) => x < best) },
};
