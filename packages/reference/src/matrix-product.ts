/** Products of matrices of any element type, with numpy's rules for more and fewer than two axes. */
import { sizeOf } from "@congruent/core";
import { blockedProduct, packDense, packStrided } from "./blocked-product.js";
import { broadcastDims, broadcastStrides } from "./shapes.js";
import { allocate, type FloatValue, isBig, isFloat, type Value } from "./value.js";

/** Offsets and sizes of one product of a batch: out[m × n] += a[m × k] · b[k × n]. */
interface Product {
  a: number;
  b: number;
  out: number;
  m: number;
  k: number;
  n: number;
}

type Multiply = (a: Value["data"], b: Value["data"], out: Value["data"], product: Product) => void;

/** Rows of the left factor below which copying the right one into panels does not pay. */
const FEW_ROWS = 4;

function floatProduct(a: Value["data"], b: Value["data"], out: Value["data"], p: Product): void {
  const [from, other, to] = [a as Float64Array, b as Float64Array, out as Float64Array];
  if (p.m < FEW_ROWS) {
    thinProduct(from, other, to, p);
    return;
  }
  const { m, k, n } = p;
  const [left, right] = [packDense(from, p.a, k, m), packStrided(other, p.b, n)];
  blockedProduct({ m, k, n, left, right, out: to, at: p.out });
}

/** The innermost loop runs along rows of b and out, which lie dense: four terms at a time, added one after the other. */
function thinProduct(from: Float64Array, other: Float64Array, to: Float64Array, p: Product): void {
  const { m, k, n } = p;
  for (let i = 0; i < m; i++) {
    const row = p.out + i * n;
    const start = p.a + i * k;
    let l = 0;
    for (; l + 4 <= k; l += 4) {
      const f0 = from[start + l] as number;
      const f1 = from[start + l + 1] as number;
      const f2 = from[start + l + 2] as number;
      const f3 = from[start + l + 3] as number;
      const line = p.b + l * n;
      for (let j = 0; j < n; j++) {
        const at = line + j;
        let sum = to[row + j] as number;
        sum += f0 * (other[at] as number);
        sum += f1 * (other[at + n] as number);
        sum += f2 * (other[at + 2 * n] as number);
        sum += f3 * (other[at + 3 * n] as number);
        to[row + j] = sum;
      }
    }
    for (; l < k; l++) {
      const factor = from[start + l] as number;
      const line = p.b + l * n;
      for (let j = 0; j < n; j++)
        to[row + j] = (to[row + j] as number) + factor * (other[line + j] as number);
    }
  }
}

/** Stored after every step, so that sums wrap around. */
function intProduct(a: Value["data"], b: Value["data"], out: Value["data"], p: Product): void {
  const [from, other, to] = [a as Int32Array, b as Int32Array, out as Int32Array];
  for (let i = 0; i < p.m; i++) {
    for (let j = 0; j < p.n; j++) {
      let sum = 0;
      for (let l = 0; l < p.k; l++) {
        sum = (sum + Math.imul(from[p.a + i * p.k + l] as number, other[p.b + l * p.n + j] as number)) | 0;
      }
      to[p.out + i * p.n + j] = sum;
    }
  }
}

function bigProduct(a: Value["data"], b: Value["data"], out: Value["data"], p: Product): void {
  const [from, other, to] = [a as BigInt64Array, b as BigInt64Array, out as BigInt64Array];
  for (let i = 0; i < p.m; i++) {
    for (let j = 0; j < p.n; j++) {
      let sum = 0n;
      for (let l = 0; l < p.k; l++) {
        sum += (from[p.a + i * p.k + l] as bigint) * (other[p.b + l * p.n + j] as bigint);
      }
      to[p.out + i * p.n + j] = sum;
    }
  }
}

/**
 * numpy's `matmul`: leading axes broadcast; a vector is a row on the left and a column on the right.
 *
 * @returns null when the shapes do not fit
 */
export function matrixProduct(a: Value, b: Value): Value | null {
  const left = a.dims.length === 1 ? [1, ...a.dims] : a.dims;
  const right = b.dims.length === 1 ? [...b.dims, 1] : b.dims;
  if (left.length === 0 || right.length === 0) return null;
  const [m, k] = [left.at(-2) as number, left.at(-1) as number];
  const [inner, n] = [right.at(-2) as number, right.at(-1) as number];
  if (k !== inner) return null;
  const batch = broadcastDims(left.slice(0, -2), right.slice(0, -2));
  const stepsA = broadcastStrides(left.slice(0, -2), batch);
  const stepsB = broadcastStrides(right.slice(0, -2), batch);
  const count = sizeOf(batch);
  const data = allocate(a.dtype, count * m * n);
  const multiply: Multiply = isFloat(a.dtype) ? floatProduct : isBig(a.dtype) ? bigProduct : intProduct;
  // One right factor for all: the left ones are the rows of one matrix.
  const whole = sizeOf(right.slice(0, -2)) === 1;
  if (whole) multiply(a.data, b.data, data, { a: 0, b: 0, out: 0, m: count * m, k, n });
  const place = batch.map(() => 0);
  for (let each = 0; each < count && !whole; each++) {
    const offset = (steps: readonly number[]) =>
      steps.reduce((sum, step, axis) => sum + step * (place[axis] as number), 0);
    multiply(a.data, b.data, data, {
      ...{ a: offset(stepsA) * m * k, b: offset(stepsB) * k * n, out: each * m * n },
      ...{ m, k, n },
    });
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      place[axis] = ((place[axis] as number) + 1) % (batch[axis] as number);
      if (place[axis] !== 0) break;
    }
  }
  const dims = [...batch, ...(a.dims.length === 1 ? [] : [m]), ...(b.dims.length === 1 ? [] : [n])];
  return { dtype: a.dtype, dims, data };
}

/** Whether a factor's rows and columns change places. */
export interface Transposes {
  a: boolean;
  b: boolean;
}

/**
 * A · B of two matrices of doubles, either of which may be transposed where it lies: nothing is copied but block by block.
 *
 * @returns null when the shapes do not fit
 */
export function transposedProduct(a: FloatValue, b: FloatValue, transposes: Transposes): FloatValue | null {
  if (a.dims.length !== 2 || b.dims.length !== 2) return null;
  const [rows, columns] = [a.dims as [number, number], b.dims as [number, number]];
  const [m, k] = transposes.a ? [rows[1], rows[0]] : rows;
  const [inner, n] = transposes.b ? [columns[1], columns[0]] : columns;
  if (k !== inner) return null;
  const data = allocate("float64", m * n);
  if (m < FEW_ROWS && !transposes.a) {
    if (transposes.b) dotProducts(a.data, b.data, data, { m, k, n });
    else thinProduct(a.data, b.data, data, { a: 0, b: 0, out: 0, m, k, n });
  } else {
    const left = transposes.a ? packStrided(a.data, 0, m) : packDense(a.data, 0, k, m);
    const right = transposes.b ? packDense(b.data, 0, k, n) : packStrided(b.data, 0, n);
    blockedProduct({ m, k, n, left, right, out: data, at: 0 });
  }
  return { dtype: a.dtype, dims: [m, n], data };
}

/** Rows times rows, four sums side by side, as one alone waits for each addition. */
function dotProducts(
  a: Float64Array,
  b: Float64Array,
  to: Float64Array,
  { m, k, n }: { m: number; k: number; n: number },
): void {
  for (let i = 0; i < m; i++) {
    const row = i * k;
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let l = 0, at = j * k; l < k; l++, at++) {
        const factor = a[row + l] as number;
        s0 += factor * (b[at] as number);
        s1 += factor * (b[at + k] as number);
        s2 += factor * (b[at + 2 * k] as number);
        s3 += factor * (b[at + 3 * k] as number);
      }
      to[i * n + j] = s0;
      to[i * n + j + 1] = s1;
      to[i * n + j + 2] = s2;
      to[i * n + j + 3] = s3;
    }
    for (; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += (a[row + l] as number) * (b[j * k + l] as number);
      to[i * n + j] = sum;
    }
  }
}
