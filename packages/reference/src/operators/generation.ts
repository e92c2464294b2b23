import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { valueDType } from "../from-proto.js";
import { splitAtAxis } from "../shapes.js";
import { allocate, isBig, type Value, type ValueDType, zeros } from "../value.js";

/** start, start + delta … before limit. How many is worked out as runtimes do, from a float32 difference of float32 bounds. */
function range(call: Call): Value[] {
  const { dtype } = call.input(0);
  const [start = 0, limit = 0, delta = 1] = [0, 1, 2].map((index) => call.numbers(index)[0] as number);
  const count = Math.max(
    0,
    Math.ceil((dtype === "float32" ? Math.fround(limit - start) : limit - start) / delta),
  );
  const data = allocate(dtype, count);
  for (let i = 0; i < count; i++) {
    const x = start + i * delta;
    (data as unknown[])[i] = isBig(dtype) ? BigInt(x) : x;
  }
  return [{ dtype, dims: [count], data }];
}

function eyeLike(call: Call): Value[] {
  const x = call.input(0);
  const [rows = 0, columns = 0] = x.dims;
  const dtype: ValueDType = call.has("dtype") ? valueDType(call.int("dtype", 0), "the matrix") : x.dtype;
  const shift = call.int("k", 0);
  const matrix = zeros(dtype, [rows, columns]);
  for (let row = 0; row < rows; row++) {
    const column = row + shift;
    if (column < 0 || column >= columns) continue;
    (matrix.data as unknown[])[row * columns + column] = isBig(dtype) ? 1n : 1;
  }
  return [matrix];
}

/** A new axis on which the index's place is "on" and all others "off"; an index outside of it gives "off" alone. */
function oneHot(call: Call): Value[] {
  const [indices, values] = [call.input(0), call.input(2)];
  const depth = Math.trunc(call.numbers(1)[0] as number);
  const axis = call.axis(call.int("axis", -1), indices.dims.length + 1);
  const dims = indices.dims.toSpliced(axis, 0, depth);
  const { outer, inner } = splitAtAxis(dims, axis);
  const [off, on] = [values.data[0], values.data[1]];
  const data = allocate(values.dtype, sizeOf(dims));
  (data as unknown[]).fill(off);
  const at = call.numbers(0);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const given = Math.trunc(at[o * inner + i] as number);
      const index = given < 0 ? given + depth : given;
      if (index >= 0 && index < depth) (data as unknown[])[(o * depth + index) * inner + i] = on;
    }
  }
  return [{ dtype: values.dtype, dims, data }];
}

/** Values made from shapes and numbers. */
export const generation: Operators = {
  EyeLike: { 9: eyeLike },
  OneHot: { 9: oneHot },
  Range: { 11: range },
};
