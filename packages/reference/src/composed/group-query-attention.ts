import { attend, joined, repeated } from "./attend.js";
import type { Composition } from "./composer.js";
import { rotate, rowsAt } from "./rotary.js";

/** Operands: query, key, value, past_key, past_value, seqlens_k, total_sequence_length, cos_cache, sin_cache, position_ids, attention_bias. */
export const groupQueryAttention: Composition = (c) => {
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
