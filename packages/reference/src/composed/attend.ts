/** Attention: softmax(Q Kᵀ · scale + bias) V, head by head. What all operators of that name share. */
import type { Value } from "../value.js";
import type { Composer } from "./composer.js";

export interface Heads {
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

export function attend(
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
export function split(
  c: Composer,
  x: string,
  [batch, length, heads, size]: readonly [number, number, number, number],
): string {
  return c.transpose(c.reshape(x, [batch, length, heads, size]), [0, 2, 1, 3]);
}

export function joined(c: Composer, y: string, batch: number, length: number, width: number): string {
  return c.reshape(c.transpose(y, [0, 2, 1, 3]), [batch, length, width]);
}

export function scalar(x: number): Value {
  return { dtype: "int64", dims: [], data: BigInt64Array.of(BigInt(x)) };
}

/** Each head of keys or values as often as queries share it. */
export function repeated(
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
