import { unpackBits } from "../small-integers.js";
import { allocate, isFloat, type Value } from "../value.js";
import type { Composer, Composition } from "./composer.js";

/** Integers with a scale (and a zero point) for all, or for each place of an axis. */
function dequantized(c: Composer, x: string, scale: number, zero: number, axis: number): string {
  const one = c.call.input(scale).data.length === 1;
  const shaped = (index: number) => {
    if (!c.call.optional(index)) return "";
    const name = c.input(index);
    return one ? c.reshape(name, []) : c.reshape(name, [c.call.input(index).data.length]);
  };
  // The zero point may be one for all where the scales are not.
  const scales = shaped(scale);
  const zeros = c.call.optional(zero);
  const points =
    zeros && !one && zeros.data.length === 1
      ? c.op("Expand", [c.reshape(c.input(zero), [1]), c.ints([c.call.input(scale).data.length])])
      : shaped(zero);
  return c.op("DequantizeLinear", [x, scales, points], { axis: BigInt(axis) });
}

/** A quantized by its own range, times B from integers. */
const dynamicQuantizeMatMul: Composition = (c) => {
  const [integers = "", scale = "", zero = ""] = c.ops("DynamicQuantizeLinear", [c.input(0)], 3);
  const a = c.op("DequantizeLinear", [integers, scale, zero]);
  const b = dequantized(c, c.input(1), 2, 3, c.dims(1).length - 1);
  return [c.sum(c.op("MatMul", [a, b]), c.optional(4))];
};

/** Operands A, B, their scales, their zero points, bias. */
const matMulIntegerToFloat: Composition = (c) => {
  const a = dequantized(c, c.input(0), 2, 4, c.dims(0).length - 2);
  const b = dequantized(c, c.input(1), 3, 5, c.dims(1).length - 1);
  return [c.sum(c.op("MatMul", [a, b]), c.optional(6))];
};

/** Half a step of the integers that A may be rounded to, block by block of its rows. */
function roundedBlocks(a: Value, block: number): Float64Array {
  const width = a.dims.at(-1) ?? 1;
  const data = a.data as Float64Array;
  const errors = new Float64Array(data.length);
  for (let row = 0; row < data.length; row += width) {
    for (let begin = 0; begin < width; begin += block) {
      const end = row + Math.min(width, begin + block);
      let most = 0;
      for (let i = row + begin; i < end; i++) most = Math.max(most, Math.abs(data[i] as number));
      errors.fill((most / 254) * 1.01, row + begin, end);
    }
  }
  return errors;
}

/** A [..., K] times weights [N, K] of a few bits each, with a scale for each block of K. */
const matMulNBits: Composition = (c) => {
  const { call } = c;
  const [k, n] = [call.int("K", 0), call.int("N", 0)];
  const [bits, block] = [call.int("bits", 4), call.int("block_size", 32)];
  if (![2, 4, 8].includes(bits))
    call.refuse(`weights of ${bits} bits are not computed here`, "E_NODE_ATTRIBUTE");
  if (call.optional(4)) call.refuse("an order of its columns (g_idx) is not computed here", "E_NODE_INPUT");
  const blocks = Math.ceil(k / block);
  const packed = call.input(1).data as Uint8Array;
  const { dtype } = call.input(0);
  const integers = allocate("uint8", n * k);
  const perRow = packed.length / n;
  for (let row = 0; row < n; row++) {
    const bytes = packed.subarray(row * perRow, (row + 1) * perRow);
    for (let at = 0; at < k; at++) integers[row * k + at] = unpackBits(bytes, bits, at);
  }
  const q = c.op("Cast", [c.constant({ dtype: "uint8", dims: [n, k], data: integers })], { to: 1n });
  const cast = (name: string) => (dtype === "float32" ? name : c.op("CastLike", [name, c.input(0)]));
  /** One number for each block, stretched over it. */
  const stretched = (name: string) => {
    const columns = c.op("Expand", [c.reshape(name, [n, blocks, 1]), c.ints([n, blocks, block])]);
    const all = c.reshape(columns, [n, blocks * block]);
    return blocks * block === k ? all : c.slice(all, 1, 0, k);
  };
  const weights = c.op("Mul", [c.op("Sub", [cast(q), zeros()]), stretched(c.input(2))]);
  const a =
    call.int("accuracy_level", 0) === 4
      ? c.uncertain(c.input(0), roundedBlocks(call.input(0), block), call.input(0).dims)
      : c.input(0);
  return [c.sum(c.op("MatMul", [a, c.transpose(weights, [1, 0])]), c.optional(5))];

  /** Packed as the weights are, each row in whole bytes; floats; or the middle of the range. */
  function zeros(): string {
    const given = call.optional(3);
    if (!given) return c.number(2 ** (bits - 1), dtype);
    if (isFloat(given.dtype)) return stretched(c.input(3));
    const bytes = given.data as Uint8Array;
    const size = bytes.length / n;
    const points = allocate("float64", n * blocks);
    for (let row = 0; row < n; row++) {
      for (let at = 0; at < blocks; at++) {
        points[row * blocks + at] = unpackBits(bytes.subarray(row * size, (row + 1) * size), bits, at);
      }
    }
    return stretched(c.constant({ dtype, dims: [n, blocks], data: points }));
  }
};

/** Rows of a table of few bits, with a scale for each block of an axis. */
const gatherBlockQuantized: Composition = (c) => {
  const { call } = c;
  const table = call.input(0);
  const bits = call.int("bits", 4);
  const packs = table.dtype === "uint8" && bits < 8;
  const unpacked = (given: Value): Value => {
    if (!packs) return given;
    const dims = given.dims.with(-1, (given.dims.at(-1) as number) * (8 / bits));
    const data = allocate("uint8", given.data.length * (8 / bits));
    for (let i = 0; i < data.length; i++) data[i] = unpackBits(given.data as Uint8Array, bits, i);
    return { dtype: "uint8", dims, data };
  };
  const data = unpacked(table);
  const rank = data.dims.length;
  const axis = call.axis(call.int("quantize_axis", 1), rank);
  const scales = call.input(2);
  const given = call.optional(3);
  const zero = given
    ? { ...unpacked(given), dims: scales.dims }
    : { ...data, dims: scales.dims, data: filled(data, scales.data.length, packs ? 2 ** (bits - 1) : 0) };
  if (zero.data.length !== scales.data.length)
    call.refuse("its zero points do not suit its scales", "E_NODE_SHAPE");
  const real = c.op("DequantizeLinear", [c.constant(data), c.input(2), c.constant(zero)], {
    axis: BigInt(axis),
    block_size: BigInt(call.int("block_size", 128)),
  });
  return [c.op("Gather", [real, c.input(1)], { axis: BigInt(call.axis(call.int("gather_axis", 0), rank)) })];
};

function filled(like: Value, length: number, x: number): Value["data"] {
  return (allocate(like.dtype, length) as Uint8Array).fill(x);
}

/** Products and tables whose weights are integers with scales. */
export const integerProducts: Readonly<Record<string, Composition>> = {
  DynamicQuantizeMatMul: dynamicQuantizeMatMul,
  GatherBlockQuantized: gatherBlockQuantized,
  MatMulIntegerToFloat: matMulIntegerToFloat,
  MatMulNBits: matMulNBits,
};
