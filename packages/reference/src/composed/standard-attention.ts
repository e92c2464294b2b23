import type { Value } from "../value.js";
import { attend, joined, repeated, split } from "./attend.js";
import type { Composer, Composition } from "./composer.js";

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
