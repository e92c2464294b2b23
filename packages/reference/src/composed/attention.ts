/** Attention as ONNX Runtime and the standard have it: softmax(Q Kᵀ · scale + bias) V, head by head. */
import type { Value } from "../value.js";
import type { Composer, Composition } from "./composer.js";
import { rotate, rowsAt } from "./rotary.js";

interface Heads {
  /** [batch, heads, length, size], and of V another size. */
  q: string;
  k: string;
  v: string;
  batch: number;
  heads: number;
  /** Of the queries, and of keys and values with what came before them. */
  length: number;
  total: number;
  scale: number;
  /** Added to the scores: shapes that broadcast to [batch, heads, length, total]. */
  added?: readonly string[];
  /** Whether a key is out of sight of a query, in one sample's head. A query that sees no key gives zeros. */
  hides?: ((sample: number, head: number, query: number, key: number) => boolean) | null;
  /** Whether heads differ in this. */
  byHead?: boolean;
  softcap?: number;
  /** One more element in each row's sum that no value belongs to. */
  smooth?: boolean;
}

interface Attended {
  /** [batch, heads, length, size of v] */
  y: string;
  scaled: string;
  capped: string;
  masked: string;
  weights: string;
}

/** What a hidden score becomes: nothing is left of it in a softmax, and every float type has it. */
const HIDDEN = { float16: -60000, other: -1e30 };

function attend(
  c: Composer,
  {
    q,
    k,
    v,
    batch,
    heads,
    length,
    total,
    scale,
    added = [],
    hides,
    byHead = false,
    softcap = 0,
    smooth = false,
  }: Heads,
): Attended {
  const { dtype } = c.call.input(0);
  const type = dtype === "uint8" || dtype === "int8" ? "float32" : dtype;
  const number = (x: number) => c.number(x, type);
  const product = c.op("MatMul", [q, c.transpose(k, [0, 1, 3, 2])]);
  const scaled = scale === 1 ? product : c.op("Mul", [product, number(scale)]);
  const capped =
    softcap > 0
      ? c.op("Mul", [c.op("Tanh", [c.op("Div", [scaled, number(softcap)])]), number(softcap)])
      : scaled;
  const biased = c.sum(capped, ...added);
  const mask = hides ? maskOf(hides, [batch, byHead ? heads : 1, length, total]) : null;
  const low = number(type === "float16" ? HIDDEN.float16 : HIDDEN.other);
  const hidden = mask ? c.constant(mask) : "";
  const masked = mask ? c.op("Where", [hidden, low, biased]) : biased;
  const shown = mask ? c.op("Where", [hidden, number(Number.NEGATIVE_INFINITY), biased]) : biased;
  const shares = smooth ? withoutRest(c, masked, number(0), total) : c.op("Softmax", [masked], { axis: -1n });
  const rows = mask ? emptyRows(mask, total) : null;
  const weights = rows ? c.op("Where", [c.constant(rows), number(0), shares]) : shares;
  return { y: c.op("MatMul", [weights, v]), scaled, capped, masked: shown, weights };
}

function maskOf(
  hides: NonNullable<Heads["hides"]>,
  [samples, heads, length, total]: readonly [number, number, number, number],
): Value {
  const data = Uint8Array.from({ length: samples * heads * length * total }, (_, at) => {
    const row = Math.floor(at / total);
    const head = Math.floor(row / length);
    return Number(hides(Math.floor(head / heads), head % heads, row % length, at % total));
  });
  return { dtype: "bool", dims: [samples, heads, length, total], data };
}

/** The queries that see no key; null where all see one. */
function emptyRows({ dims, data }: Value, total: number): Value | null {
  const rows = Uint8Array.from({ length: data.length / Math.max(1, total) }, (_, row) =>
    Number((data as Uint8Array).subarray(row * total, (row + 1) * total).every((each) => each === 1)),
  );
  return rows.includes(1) ? { dtype: "bool", dims: dims.with(3, 1), data: rows } : null;
}

function withoutRest(c: Composer, scores: string, zero: string, total: number): string {
  const column = c.op("Mul", [c.slice(scores, 3, 0, 1), zero]);
  return c.slice(c.op("Softmax", [c.concat([scores, column], 3)], { axis: -1n }), 3, 0, total);
}

/** [batch, length, heads · size] as [batch, heads, length, size]. */
function split(
  c: Composer,
  x: string,
  [batch, length, heads, size]: readonly [number, number, number, number],
): string {
  return c.transpose(c.reshape(x, [batch, length, heads, size]), [0, 2, 1, 3]);
}

function joined(c: Composer, y: string, batch: number, length: number, width: number): string {
  return c.reshape(c.transpose(y, [0, 2, 1, 3]), [batch, length, width]);
}

/**
 * What a mask of ONNX Runtime adds to the scores: nothing, or the filter's value. [batch] lengths, [2 · batch] ends and begins, [batch, total]
 * or [batch, length, total] ones and zeros.
 */
function maskBias(
  c: Composer,
  index: number,
  { batch, length, total }: Pick<Heads, "batch" | "length" | "total">,
): string {
  const mask = c.call.optional(index);
  if (!mask) return "";
  const { dims } = mask;
  const values = c.call.numbers(index);
  const { dtype } = c.call.input(0);
  const type = dtype === "uint8" || dtype === "int8" ? "float32" : dtype;
  const filter = c.call.float("mask_filter_value", -10000);
  const fill = (rows: number, kept: (n: number, s: number, t: number) => boolean) => {
    const data = Float64Array.from({ length: batch * rows * total }, (_, at) => {
      const [n, s, t] = [Math.floor(at / (rows * total)), Math.floor(at / total) % rows, at % total];
      return kept(n, s, t) ? 0 : filter;
    });
    return c.constant({ dtype: type, dims: [batch, 1, rows, total], data });
  };
  if (dims.length === 1 && dims[0] === batch) return fill(1, (n, _, t) => t < (values[n] as number));
  if (dims.length === 1 && dims[0] === 2 * batch)
    return fill(1, (n, _, t) => t < (values[n] as number) && t >= (values[batch + n] as number));
  if (dims.join() === [batch, total].join())
    return fill(1, (n, _, t) => (values[n * total + t] as number) > 0);
  if (dims.join() === [batch, length, total].join())
    return fill(length, (n, s, t) => (values[(n * length + s) * total + t] as number) > 0);
  return c.call.refuse(`a mask [${dims.join(", ")}] is not computed here`, "E_NODE_SHAPE");
}

const later = (before: number) => (_: number, _head: number, query: number, key: number) =>
  key > before + query;

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

function scalar(x: number): Value {
  return { dtype: "int64", dims: [], data: BigInt64Array.of(BigInt(x)) };
}

const attention: Composition = (c) => {
  if (c.call.optional(6))
    c.call.refuse("a shared buffer for past and present is not computed here", "E_NODE_INPUT");
  const operands = { input: c.input(0), weight: c.input(1), bias: c.optional(2) };
  return selfAttention(c, { ...operands, mask: 3, past: 4, attentionBias: 5 });
};

/** Operands: input, weight, bias, their scales, mask, their zero points, past. */
const qAttention: Composition = (c) => {
  const input = c.op("DequantizeLinear", [c.input(0), c.input(3), c.optional(6)]);
  const weight = c.op("DequantizeLinear", [c.input(1), c.input(4), c.optional(7)], { axis: 1n });
  return selfAttention(c, { input, weight, bias: c.optional(2), mask: 5, past: 8, attentionBias: -1 });
};

/** Operands: query, key, value, bias, key_padding_mask, attention_bias, past_key, past_value. */
const multiHeadAttention: Composition = (c) => {
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

/** Each head of keys or values as often as queries share it. */
function repeated(
  c: Composer,
  x: string,
  [batch, heads, total, size]: readonly number[],
  times: number,
): string {
  if (times === 1) return x;
  const apart = c.reshape(x, [batch, heads, 1, total, size] as number[]);
  const wide = c.op("Expand", [apart, c.ints([batch, heads, times, total, size] as number[])]);
  return c.reshape(wide, [batch, (heads as number) * times, total, size] as number[]);
}

/** Operands: query, key, value, past_key, past_value, seqlens_k, total_sequence_length, cos_cache, sin_cache, position_ids, attention_bias. */
const groupQueryAttention: Composition = (c) => {
  const { call } = c;
  const heads = call.int("num_heads", 1);
  const shared = call.int("kv_num_heads", heads);
  const [batch = 1, length = 1, width = 1] = c.dims(0);
  const packed = !call.optional(1);
  const size = packed ? width / (heads + 2 * shared) : width / heads;
  if (call.optional(11)) call.refuse("a sink (head_sink) is not computed here", "E_NODE_INPUT");
  const wholes = packed
    ? [
        [0, heads * size],
        [heads * size, (heads + shared) * size],
        [(heads + shared) * size, width],
      ].map(([from = 0, to = 0]) => c.slice(c.input(0), 2, from, to))
    : [c.input(0), c.input(1), c.input(2)];
  const [q4 = "", k4 = "", v4 = ""] = wholes.map((x, i) =>
    c.reshape(x, [batch, length, i === 0 ? heads : shared, size]),
  );
  const lengths = call.numbers(5).map((each) => each + 1);
  const total = call.numbers(6)[0] as number;
  const first = total === length;
  // A runtime computes something of the padding of shorter samples, and each something else.
  if (lengths.some((each) => each !== lengths[0] || each !== total))
    call.refuse("samples of different lengths (seqlens_k) are not computed here", "E_NODE_VALUE");
  const earlier = first ? 0 : total - length;
  let [q, k] = [q4, k4];
  if (call.int("do_rotary", 0) === 1) {
    const given = call.maybeNumbers(9);
    const positions = given ?? Array.from({ length: batch * length }, (_, i) => earlier + (i % length));
    const rotated = 2 * (c.dims(7)[1] as number);
    const turn = (x: string, count: number) =>
      rotate(c, {
        ...{ x, dims: [batch, length, count, size] as const, rotated },
        cos: rowsAt(c, c.input(7), positions, [batch, length]),
        sin: rowsAt(c, c.input(8), positions, [batch, length]),
        interleaved: call.int("rotary_interleaved", 0) === 1,
      });
    [q, k] = [turn(q4, heads), turn(k4, shared)];
  }
  const turned = (x: string) => c.transpose(x, [0, 2, 1, 3]);
  let [keys, values] = [turned(k), turned(v4)];
  const buffer = call.optional(3)?.dims[2] ?? 0;
  if (earlier > 0) {
    if (earlier > buffer) call.refuse(`its past has ${buffer} steps of ${earlier}`, "E_NODE_SHAPE");
    [keys, values] = [
      c.concat([c.slice(c.input(3), 2, 0, earlier), keys], 2),
      c.concat([c.slice(c.input(4), 2, 0, earlier), values], 2),
    ];
  }
  const window = call.int("local_window_size", -1);
  const hides = (_: number, _head: number, query: number, key: number) =>
    key > earlier + query || (window > 0 && key <= earlier + query - window);
  const layout = [batch, shared, total, size];
  const { y } = attend(c, {
    ...{ q: turned(q), batch, heads, length, total, hides },
    k: repeated(c, keys, layout, heads / shared),
    v: repeated(c, values, layout, heads / shared),
    scale: call.float("scale", 0) !== 0 ? call.float("scale", 0) : 1 / Math.sqrt(size),
    softcap: call.float("softcap", 0),
    smooth: call.int("smooth_softmax", 0) === 1,
    added: call.optional(10) ? [c.input(10)] : [],
  });
  // The buffer is as large as it came, and what is not filled of it is zero.
  const filled = (x: string) =>
    buffer <= total ? x : c.op("Pad", [x, c.ints([0, 0, 0, 0, 0, 0, buffer - total, 0])]);
  return [joined(c, y, batch, length, heads * size), filled(keys), filled(values)].slice(
    0,
    Math.max(1, call.outputs),
  );
};

/** The standard's: Q, K, V, attn_mask, past_key, past_value, nonpad_kv_seqlen. */
export const standardAttention: Composition = (c) => {
  const { call } = c;
  const dims = c.dims(0);
  const flat = dims.length === 3;
  const heads = flat ? call.int("q_num_heads", 1) : (dims[1] as number);
  const shared = flat ? call.int("kv_num_heads", heads) : (c.dims(1)[1] as number);
  const [batch, length] = [dims[0] as number, (flat ? dims[1] : dims[2]) as number];
  const size = flat ? (dims[2] as number) / heads : (dims[3] as number);
  const steps = (flat ? c.dims(1)[1] : c.dims(1)[2]) as number;
  const vSize = flat ? (c.dims(2)[2] as number) / shared : (c.dims(2)[3] as number);
  const inHeads = (index: number, count: number, each: number, many: number) =>
    flat ? split(c, c.input(index), [batch, many, count, each]) : c.input(index);
  const q = inHeads(0, heads, size, length);
  let [k, v] = [inHeads(1, shared, size, steps), inHeads(2, shared, vSize, steps)];
  const past = call.optional(4)?.dims[2] ?? 0;
  if (call.optional(4)) [k, v] = [c.concat([c.input(4), k], 2), c.concat([c.input(5), v], 2)];
  const total = steps + past;
  const mask = call.optional(3);
  // A mask may be shorter than the keys: what it does not reach is hidden.
  const reach = mask?.dims.at(-1) ?? total;
  const lengths = call.maybeNumbers(6);
  const causal = call.int("is_causal", 0) === 1;
  const [left, right] = [call.int("left_window_size", -1), call.int("right_window_size", -1)];
  const added = mask && mask.dtype !== "bool" ? [padded(c, c.input(3), mask.dims, total)] : [];
  const allows = mask ? allowing(mask, [batch, heads, length, reach]) : null;
  /** Keys that stand before the first query. */
  const before = (sample: number) =>
    lengths && !call.optional(4) ? (lengths[sample] as number) - length : past;
  const hides = (sample: number, head: number, query: number, key: number) => {
    const distance = before(sample) + query - key;
    return (
      key >= reach ||
      (lengths !== undefined && key >= (lengths[sample] as number)) ||
      (causal && distance < 0) ||
      (left >= 0 && distance > left) ||
      (right >= 0 && -distance > right) ||
      (allows !== null && !allows([sample, head, query, key]))
    );
  };
  const needed = causal || lengths !== undefined || mask !== undefined || left >= 0 || right >= 0;
  const layout = (each: number) => [batch, shared, total, each];
  const { y, scaled, capped, masked, weights } = attend(c, {
    ...{ q, batch, heads, length, total, added },
    k: repeated(c, k, layout(size), heads / shared),
    v: repeated(c, v, layout(vSize), heads / shared),
    scale: call.has("scale") ? call.float("scale", 1) : 1 / Math.sqrt(size),
    softcap: call.float("softcap", 0),
    hides: needed ? hides : null,
    byHead: mask !== undefined,
  });
  const out = flat ? joined(c, y, batch, length, heads * vSize) : y;
  const shown = [scaled, capped, masked, weights][call.int("qk_matmul_output_mode", 0)] ?? scaled;
  return [out, k, v, shown].slice(0, Math.max(1, call.outputs));
};

function padded(c: Composer, x: string, dims: readonly number[], total: number): string {
  if (dims.at(-1) === total) return x;
  const pads = [
    ...dims.map(() => 0),
    ...dims.map((_, i) => (i === dims.length - 1 ? total - (dims.at(-1) as number) : 0)),
  ];
  return c.op("Pad", [x, c.ints(pads)]);
}

/** Whether a mask that broadcasts lets a key be seen, by sample, head, query and key: a bool does, a float that is not −infinity does. */
function allowing(mask: Value, dims: readonly number[]): (place: readonly number[]) => boolean {
  const lead = dims.length - mask.dims.length;
  const asked = (x: unknown) => (mask.dtype === "bool" ? x === 1 : x !== Number.NEGATIVE_INFINITY);
  return (place) => {
    const at = mask.dims.reduce(
      (so, dim, axis) => so * dim + (dim === 1 ? 0 : (place[axis + lead] as number)),
      0,
    );
    return asked(mask.data[at]);
  };
}

/** What transformers are made of. */
export const attentions: Readonly<Record<string, Composition>> = {
  Attention: attention,
  GroupQueryAttention: groupQueryAttention,
  MultiHeadAttention: multiHeadAttention,
  QAttention: qAttention,
};
