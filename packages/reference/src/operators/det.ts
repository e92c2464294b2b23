import type { Call, Operators } from "../call.js";
import { allocate, like, type Value } from "../value.js";

/** Determinants of the matrices in the last two axes, by elimination with row exchanges. */
function determinants(call: Call): Value[] {
  const x = call.floats(0);
  const size = x.dims.at(-1) as number;
  const count = x.data.length / size ** 2;
  const data = allocate("float64", count);
  for (let k = 0; k < count; k++)
    data[k] = determinant(x.data.slice(k * size ** 2, (k + 1) * size ** 2), size);
  return [like(x as Value, data, x.dims.slice(0, -2))];
}

function determinant(m: Float64Array, size: number): number {
  let product = 1;
  const at = (row: number, column: number) => m[row * size + column] as number;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    }
    if (at(pivot, column) === 0) return 0;
    if (pivot !== column) {
      for (let k = 0; k < size; k++) {
        const held = at(column, k);
        m[column * size + k] = at(pivot, k);
        m[pivot * size + k] = held;
      }
      product = -product;
    }
    product *= at(column, column);
    for (let row = column + 1; row < size; row++) {
      const factor = at(row, column) / at(column, column);
      for (let k = column; k < size; k++) m[row * size + k] = at(row, k) - factor * at(column, k);
    }
  }
  return product;
}

export const det: Operators = { Det: { 11: determinants } };
