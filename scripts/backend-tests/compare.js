/** The comparison of ONNX's own test runner: equal types and shapes, and |got − wanted| ≤ atol + rtol · |wanted|. */

/** @typedef {{ dtype: string, dims: readonly number[], data: ArrayLike<number | bigint | string> }} Value */

export const TOLERANCE = { rtol: 1e-3, atol: 1e-7 };
/** What most tests of a double-precision computation keep: float32's own rounding of the recorded values. */
export const TIGHT = { rtol: 1e-5, atol: 1e-6 };

/**
 * What is wrong with an output, or null.
 *
 * @param {Value} wanted
 * @param {Value} got
 */
export function difference(wanted, got, { rtol, atol }) {
  if (got.dtype !== wanted.dtype) return `it is ${got.dtype}, not ${wanted.dtype}`;
  if (JSON.stringify([got.parts, got.absent]) !== JSON.stringify([wanted.parts, wanted.absent]))
    return `it holds ${JSON.stringify(got.parts ?? null)}, not ${JSON.stringify(wanted.parts ?? null)}`;
  if (got.dims.join() !== wanted.dims.join()) return `its shape is [${got.dims}], not [${wanted.dims}]`;
  for (let i = 0; i < wanted.data.length; i++) {
    const [a, b] = [wanted.data[i], got.data[i]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const near = typeof a === "number" && Math.abs(b - a) <= atol + rtol * Math.abs(a);
    if (!near) return `element ${i} is ${shown(b)}, not ${shown(a)}`;
  }
  return null;
}

function shown(value) {
  return typeof value === "number" ? Number(value.toPrecision(6)) : value;
}
