/** Attention of one input with itself, of which one product gives queries, keys and values. */
import { attend, joined, scalar, split } from "./attend.js";
import type { Composer, Composition } from "./composer.js";
import { later, maskBias } from "./mask-bias.js";

/** `input` and `weight` as real numbers, whatever integers they came as. */
function selfAttention(
  c: Composer,
  {
    input,
    weight,
    bias,
    mask,
    past,
    attentionBias,
  }: Record<"input" | "weight" | "bias", string> & { mask: number; past: number; attentionBias: number },
): string[] {
  const { call } = c;
  const [batch = 1, length = 1] = c.dims(0);
  const heads = call.int("num_heads", 1);
  const width = c.dims(1)[1] as number;
  const third = width / 3;
  const [qWidth = third, kWidth = third, vWidth = third] = call.ints("qkv_hidden_sizes") ?? [];
  if (call.int("do_rotary", 0) !== 0)
    call.refuse("rotary embeddings inside are not computed here", "E_NODE_ATTRIBUTE");
  const all = c.sum(c.op("MatMul", [input, weight]), bias);
  const part = (from: number, size: number) =>
    split(c, c.slice(all, 2, from, from + size), [batch, length, heads, size / heads]);
  const q = part(0, qWidth);
  let [k, v] = [part(qWidth, kWidth), part(qWidth + kWidth, vWidth)];
  const before = call.optional(past);
  const earlier = before?.dims[3] ?? 0;
  if (before) {
    const half = (which: number) => c.op("Gather", [c.input(past), c.constant(scalar(which))]);
    [k, v] = [c.concat([half(0), k], 2), c.concat([half(1), v], 2)];
  }
  const shape = { batch, length, total: length + earlier };
  const added = [maskBias(c, mask, shape), attentionBias >= 0 ? c.optional(attentionBias) : ""].filter(
    Boolean,
  );
  const size = qWidth / heads;
  const { y } = attend(c, {
    ...shape,
    ...{ q, k, v, heads, added },
    scale: call.has("scale") && call.float("scale", 0) !== 0 ? call.float("scale", 0) : 1 / Math.sqrt(size),
    hides: call.int("unidirectional", 0) === 1 ? later(earlier) : null,
  });
  const unsqueezed = (name: string) => c.op("Unsqueeze", [name, c.ints([0])]);
  const present = call.outputs > 1 ? c.concat([unsqueezed(k), unsqueezed(v)], 0) : "";
  return [joined(c, y, batch, length, vWidth), present].slice(0, Math.max(1, call.outputs));
}

export const attention: Composition = (c) => {
  if (c.call.optional(6))
    c.call.refuse("a shared buffer for past and present is not computed here", "E_NODE_INPUT");
  const operands = { input: c.input(0), weight: c.input(1), bias: c.optional(2) };
  return selfAttention(c, { ...operands, mask: 3, past: 4, attentionBias: 5 });
};

/** Operands: input, weight, bias, their scales, mask, their zero points, past. */
export const qAttention: Composition = (c) => {
  const input = c.op("DequantizeLinear", [c.input(0), c.input(3), c.optional(6)]);
  const weight = c.op("DequantizeLinear", [c.input(1), c.input(4), c.optional(7)], { axis: 1n });
  return selfAttention(c, { input, weight, bias: c.optional(2), mask: 5, past: 8, attentionBias: -1 });
};
