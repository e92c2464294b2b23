import type { Composer, Composition } from "./composer.js";

interface Rotation {
  /** [batch, sequence, heads, size] */
  x: string;
  dims: readonly [number, number, number, number];
  /** [batch, sequence, 1, half of the rotated elements] */
  cos: string;
  sin: string;
  /** Elements of each head that are rotated: the first ones. */
  rotated: number;
  interleaved: boolean;
}

/** Pairs of elements turned by angles: neighbors where they are interleaved, else one of each half. */
export function rotate(c: Composer, { x, dims, cos, sin, rotated, interleaved }: Rotation): string {
  const [batch, length, heads, size] = dims;
  const part = rotated === size ? x : c.slice(x, 3, 0, rotated);
  const half = rotated / 2;
  const [a, b] = interleaved
    ? [c.slice(part, 3, 0, rotated, 2), c.slice(part, 3, 1, rotated, 2)]
    : [c.slice(part, 3, 0, half), c.slice(part, 3, half, rotated)];
  const times = (left: string, right: string) => c.op("Mul", [left, right]);
  const real = c.op("Sub", [times(a, cos), times(b, sin)]);
  const imaginary = c.sum(times(a, sin), times(b, cos));
  const turned = interleaved
    ? c.reshape(
        c.concat(
          [real, imaginary].map((each) => c.reshape(each, [batch, length, heads, half, 1])),
          4,
        ),
        [batch, length, heads, rotated],
      )
    : c.concat([real, imaginary], 3);
  return rotated === size ? turned : c.concat([turned, c.slice(x, 3, rotated, size)], 3);
}

/** Rows of the tables at positions [batch, sequence], with an axis for the heads. */
export function rowsAt(
  c: Composer,
  table: string,
  positions: readonly number[],
  dims: readonly number[],
): string {
  const at = c.constant({ dtype: "int64", dims, data: BigInt64Array.from(positions, BigInt) });
  return c.op("Unsqueeze", [c.op("Gather", [table, at]), c.ints([2])]);
}

/** The input as [batch, sequence, heads, size], and how it comes back. */
function inHeads(c: Composer, size: number) {
  const dims = c.dims(0);
  const x = c.input(0);
  if (dims.length === 4) {
    const [batch = 1, heads = 1, length = 1, each = 1] = dims;
    const back = (y: string) => c.transpose(y, [0, 2, 1, 3]);
    return { x: c.transpose(x, [0, 2, 1, 3]), dims: [batch, length, heads, each] as const, back };
  }
  const [batch = 1, length = 1, width = 1] = dims;
  if (width % size !== 0) c.call.refuse(`heads of ${size} do not make ${width}`, "E_NODE_SHAPE");
  const heads = width / size;
  const back = (y: string) => c.reshape(y, [batch, length, width]);
  return { x: c.reshape(x, [batch, length, heads, size]), dims: [batch, length, heads, size] as const, back };
}

function checkRotation(c: Composer, size: number, rotated: number, half: number | undefined): void {
  if (rotated > size || rotated % 2 !== 0 || half !== rotated / 2)
    c.call.refuse(`tables of ${half} columns do not rotate ${rotated} of ${size} elements`, "E_NODE_SHAPE");
}

/** ONNX Runtime's: input, position_ids (an offset, or one for each token), cos_cache, sin_cache. */
export const microsoftRotary: Composition = (c) => {
  const { call } = c;
  const dims = c.dims(0);
  const half = c.dims(2)[1] as number;
  const wanted = call.int("rotary_embedding_dim", 0);
  const heads = call.int("num_heads", 0);
  if (wanted > 0 && heads === 0)
    call.refuse("num_heads must be given with rotary_embedding_dim", "E_NODE_ATTRIBUTE");
  if (call.int("is_packed_batching", 0) !== 0)
    call.refuse("packed batches are not computed here", "E_NODE_ATTRIBUTE");
  const size = dims.length === 4 ? (dims[3] as number) : wanted > 0 ? (dims[2] as number) / heads : 2 * half;
  const given = inHeads(c, size);
  const rotated = wanted > 0 ? wanted : size;
  checkRotation(c, size, rotated, half);
  const [batch, length] = given.dims;
  const positions = call.numbers(1);
  const all =
    positions.length === 1 && batch * length !== 1
      ? Array.from({ length: batch * length }, (_, i) => (positions[0] as number) + (i % length))
      : positions;
  const [cos, sin] = [
    rowsAt(c, c.input(2), all, [batch, length]),
    rowsAt(c, c.input(3), all, [batch, length]),
  ];
  const turned = rotate(c, { ...given, cos, sin, rotated, interleaved: call.int("interleaved", 0) === 1 });
  const scale = call.float("scale", 1);
  const y = given.back(turned);
  return [scale === 1 ? y : c.op("Mul", [y, c.number(scale, call.input(0).dtype)])];
};

/** The standard's: X, cos_cache, sin_cache, and position_ids where the tables are not there for each token. */
export const standardRotary: Composition = (c) => {
  const { call } = c;
  const dims = c.dims(0);
  const heads = call.int("num_heads", 0);
  if (dims.length === 3 && heads === 0)
    call.refuse("num_heads must be given for an input of rank 3", "E_NODE_ATTRIBUTE");
  const size = dims.length === 4 ? (dims[3] as number) : (dims[2] as number) / heads;
  const given = inHeads(c, size);
  const wanted = call.int("rotary_embedding_dim", 0);
  const rotated = wanted > 0 ? wanted : size;
  checkRotation(c, size, rotated, c.dims(1).at(-1));
  const [batch, length] = given.dims;
  const positions = call.maybeNumbers(3);
  const table = (index: number) =>
    positions
      ? rowsAt(c, c.input(index), positions, [batch, length])
      : c.op("Unsqueeze", [c.input(index), c.ints([2])]);
  const [cos, sin] = [table(1), table(2)];
  return [
    given.back(rotate(c, { ...given, cos, sin, rotated, interleaved: call.int("interleaved", 0) === 1 })),
  ];
};
