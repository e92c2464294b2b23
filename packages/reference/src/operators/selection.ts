import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { allocate, like, type Value } from "../value.js";
import { pick } from "../views.js";

/** The indices of all elements that are not zero, one row for each axis. */
function nonZero(call: Call): Value[] {
  const x = call.input(0);
  const found: number[] = [];
  for (let i = 0; i < x.data.length; i++) if (x.data[i]) found.push(i);
  const rank = x.dims.length;
  const data = allocate("int64", rank * found.length);
  found.forEach((place, k) => {
    let rest = place;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const size = x.dims[axis] as number;
      data[axis * found.length + k] = BigInt(rest % size);
      rest = Math.floor(rest / size);
    }
  });
  return [{ dtype: "int64", dims: [rank, found.length], data }];
}

/** The slices whose condition holds; of the flattened input where no axis is given. */
function compress(call: Call): Value[] {
  const given = call.input(0);
  const flat = !call.has("axis");
  const x = flat ? like(given, given.data, [given.data.length]) : given;
  const axis = flat ? 0 : call.axis(call.int("axis", 0), x.dims.length);
  const { outer, size, inner } = splitAtAxis(x.dims, axis);
  const kept = call.numbers(1).flatMap((holds, k) => (holds && k < size ? [k] : []));
  const places: number[] = [];
  for (let o = 0; o < outer; o++) {
    for (const k of kept) for (let i = 0; i < inner; i++) places.push((o * size + k) * inner + i);
  }
  return [pick(x, places, x.dims.with(axis, kept.length))];
}

type Key = number | bigint | string;

/** Different elements (or slices of an axis), with their first places, the way back, and how often each occurs. */
function unique(call: Call): Value[] {
  const given = call.input(0);
  const flat = !call.has("axis");
  const x = flat ? like(given, given.data, [given.data.length]) : given;
  const axis = flat ? 0 : call.axis(call.int("axis", 0), x.dims.length);
  const { outer, size, inner } = splitAtAxis(x.dims, axis);
  const slice = (k: number): Key[] =>
    Array.from({ length: outer * inner }, (_, each) => {
      const [o, i] = [Math.floor(each / inner), each % inner];
      return x.data[(o * size + k) * inner + i] as Key;
    });
  const groups = new Map<string, { first: number; key: Key[]; members: number[] }>();
  for (let k = 0; k < size; k++) {
    const key = slice(k);
    const name = JSON.stringify(key.map(String));
    const group = groups.get(name);
    if (group) group.members.push(k);
    else groups.set(name, { first: k, key, members: [k] });
  }
  const ordered = [...groups.values()];
  if (call.int("sorted", 1) === 1) ordered.sort((a, b) => compareKeys(a.key, b.key));
  const back = allocate("int64", size);
  ordered.forEach(({ members }, number) => {
    for (const k of members) back[k] = BigInt(number);
  });
  const places: number[] = [];
  for (let o = 0; o < outer; o++) {
    for (const { first } of ordered) {
      for (let i = 0; i < inner; i++) places.push((o * size + first) * inner + i);
    }
  }
  const list = (numbers: readonly number[]): Value => ({
    dtype: "int64",
    dims: [numbers.length],
    data: BigInt64Array.from(numbers, BigInt),
  });
  return [
    pick(x, places, x.dims.with(axis, ordered.length)),
    list(ordered.map(({ first }) => first)),
    { dtype: "int64", dims: [size], data: back },
    list(ordered.map(({ members }) => members.length)),
  ];
}

function compareKeys(a: readonly Key[], b: readonly Key[]): number {
  const at = a.findIndex((each, i) => each !== b[i]);
  return at < 0 ? 0 : (a[at] as Key) < (b[at] as Key) ? -1 : 1;
}

/** The upper or lower triangle of the last two axes; the rest is zero. */
function trilu(call: Call): Value[] {
  const x = call.input(0);
  const shift = call.maybeNumbers(1)?.[0] ?? 0;
  const upper = call.int("upper", 1) === 1;
  const [rows = 1, columns = 1] = x.dims.slice(-2);
  const places = Float64Array.from({ length: x.data.length }, (_, at) => {
    const distance = (at % columns) - (Math.floor(at / columns) % rows);
    return (upper ? distance >= shift : distance <= shift) ? at : -1;
  });
  return [pick(x, places, x.dims)];
}

/** The first elements of each sequence in reverse; the rest stays. */
function reverseSequence(call: Call): Value[] {
  const x = call.input(0);
  const lengths = call.numbers(1);
  const [time, batch] = [call.int("time_axis", 0), call.int("batch_axis", 1)];
  if (time + batch !== 1)
    call.refuse(`it takes the axes 0 and 1, not ${time} and ${batch}`, "E_NODE_ATTRIBUTE");
  const [first = 1, second = 1, ...rest] = x.dims;
  const most = time === 0 ? first : second;
  if (lengths.some((each) => each < 0 || each > most))
    call.refuse(`its lengths go beyond the ${most} steps of its input`, "E_NODE_VALUE");
  const inner = sizeOf(rest);
  const places = new Float64Array(x.data.length);
  for (let a = 0; a < first; a++) {
    for (let b = 0; b < second; b++) {
      const [t, n] = time === 0 ? [a, b] : [b, a];
      const length = lengths[n] as number;
      const from = t < length ? length - 1 - t : t;
      const place = time === 0 ? from * second + b : a * second + from;
      for (let i = 0; i < inner; i++) places[(a * second + b) * inner + i] = place * inner + i;
    }
  }
  return [pick(x, places, x.dims)];
}

/** Elements chosen by their value or place. */
export const selection: Operators = {
  Compress: { 9: compress },
  NonZero: { 9: nonZero },
  ReverseSequence: { 10: reverseSequence },
  Trilu: { 14: trilu },
  Unique: { 11: unique },
};
