import { attend, joined, scalar, split } from "./attend.js";
import type { Composition } from "./composer.js";
import { later, maskBias } from "./mask-bias.js";

/** Operands: query, key, value, bias, key_padding_mask, attention_bias, past_key, past_value. */
export const multiHeadAttention: Composition = (c) => {
  const { call } = c;
  for (const index of [8, 9])
    if (call.optional(index)) call.refuse(`its input ${index} is not computed here`, "E_NODE_INPUT");
  const heads = call.int("num_heads", 1);
  const dims = c.dims(0);
  const [batch = 1, length = 1] = dims;
  const key = call.optional(1);
  const packed = dims.length === 5;
  const size = packed ? (dims[4] as number) : (dims[2] as number) / heads;
  const bias = call.optional(3);
  const width = heads * size;
  /** A part of the bias, for one of the three. */
  const biased = (x: string, from: number, count: number) =>
    bias ? c.sum(x, c.slice(c.input(3), 0, from, from + count)) : x;
  /** One of several that lie beside each other for each head: [batch, length, heads, parts, size]. */
  const unpacked = (index: number, which: number, steps: number, from: number) => {
    const one = c.op("Gather", [c.input(index), c.constant(scalar(which))], { axis: 3n });
    const flat = c.reshape(one, [batch, steps, width]);
    return split(c, biased(flat, from, width), [batch, steps, heads, size]);
  };
  const q = packed
    ? unpacked(0, 0, length, 0)
    : split(c, biased(c.input(0), 0, width), [batch, length, heads, size]);
  let [k, v] = ["", ""];
  let vSize = size;
  let steps = length;
  if (packed) [k, v] = [unpacked(0, 1, length, width), unpacked(0, 2, length, 2 * width)];
  else if (!key) call.refuse("its key is missing", "E_NODE_INPUT");
  else if (key.dims.length === 5) {
    steps = key.dims[1] as number;
    [k, v] = [unpacked(1, 0, steps, width), unpacked(1, 1, steps, 2 * width)];
  } else if (key.dims.length === 4) {
    steps = key.dims[2] as number;
    vSize = c.dims(2)[3] as number;
    [k, v] = [c.input(1), c.input(2)];
  } else {
    steps = key.dims[1] as number;
    vSize = (c.dims(2)[2] as number) / heads;
    k = split(c, biased(c.input(1), width, width), [batch, steps, heads, size]);
    v = split(c, biased(c.input(2), 2 * width, heads * vSize), [batch, steps, heads, vSize]);
  }
  const earlier = call.optional(6)?.dims[2] ?? 0;
  if (earlier > 0 || call.optional(6)) {
    [k, v] = [c.concat([c.input(6), k], 2), c.concat([c.input(7), v], 2)];
  }
  const shape = { batch, length, total: steps + earlier };
  const added = [maskBias(c, 4, shape), c.optional(5)].filter(Boolean);
  const { y, masked } = attend(c, {
    ...shape,
    ...{ q, k, v, heads, added },
    scale: call.float("scale", 0) !== 0 ? call.float("scale", 0) : 1 / Math.sqrt(size),
    hides: call.int("unidirectional", 0) === 1 ? later(earlier) : null,
  });
  return [joined(c, y, batch, length, heads * vSize), k, v, masked].slice(0, Math.max(1, call.outputs));
};
