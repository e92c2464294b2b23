import type { Call, Operators } from "../call.js";
import { valueDType } from "../from-proto.js";
import { absent, itemsOf, sequenceOf } from "../sequence.js";
import { splitAtAxis } from "../shapes.js";
import { allocate, type Value, value } from "../value.js";
import { reshaped } from "../views.js";
import { concatenated } from "./concat.js";

function sequence(call: Call, index: number): Value {
  const given = call.input(index);
  return given.parts ? given : call.refuse(`its input ${index} is no sequence`, "E_NODE_DTYPE");
}

/** A position counted from either end; for an insertion also the place after the last. */
function position(call: Call, index: number, count: number, last: number): number {
  const given = call.maybeNumbers(index)?.[0] ?? last;
  if (given < -count || given > last)
    call.refuse(`there is no position ${given} in ${count} elements`, "E_NODE_VALUE");
  return given < 0 ? given + count : given;
}

function checkType(call: Call, from: Value, item: Value): void {
  if (from.parts?.length !== 0 && item.dtype !== from.dtype)
    call.refuse(`it holds ${from.dtype}, and ${item.dtype} was given`, "E_NODE_DTYPE");
}

function construct(call: Call): Value[] {
  const all = call.all();
  const [first] = all;
  for (const each of all) if (first) checkType(call, { ...first, parts: [first.dims] }, each);
  return [sequenceOf(all, first?.dtype ?? "float32")];
}

function insert(call: Call): Value[] {
  const from = sequence(call, 0);
  const item = call.input(1);
  checkType(call, from, item);
  const items = itemsOf(from);
  return [sequenceOf(items.toSpliced(position(call, 2, items.length, items.length), 0, item), from.dtype)];
}

function erase(call: Call): Value[] {
  const from = sequence(call, 0);
  const items = itemsOf(from);
  return [sequenceOf(items.toSpliced(position(call, 1, items.length, items.length - 1), 1), from.dtype)];
}

function at(call: Call): Value[] {
  const items = itemsOf(sequence(call, 0));
  return [
    items[position(call, 1, items.length, items.length - 1)] ??
      call.refuse("the sequence is empty", "E_NODE_VALUE"),
  ];
}

/** Parts of one axis: of the sizes given, or of one size, the last one smaller; each alone without one. */
function split(call: Call): Value[] {
  const x = call.input(0);
  const axis = call.axis(call.int("axis", 0), x.dims.length);
  const { outer, size, inner } = splitAtAxis(x.dims, axis);
  const given = call.maybeNumbers(1);
  const single = given && call.optional(1)?.dims.length === 0;
  const step = single ? (given[0] as number) : 1;
  if (single && step < 1) call.refuse(`it cannot be split into parts of ${step}`, "E_NODE_VALUE");
  const sizes =
    given && !single
      ? given
      : Array.from({ length: Math.ceil(size / step) }, (_, i) => Math.min(step, size - i * step));
  if (sizes.some((each) => each < 0) || sizes.reduce((sum, each) => sum + each, 0) !== size)
    call.refuse(`parts of ${sizes.join(", ")} do not make an axis of ${size}`, "E_NODE_VALUE");
  let begin = 0;
  const parts = sizes.map((count): Value => {
    const dims = x.dims.with(axis, count);
    const data = allocate(x.dtype, outer * count * inner);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < count * inner; i++) {
        (data as unknown[])[o * count * inner + i] = x.data[(o * size + begin) * inner + i];
      }
    }
    begin += count;
    return { dtype: x.dtype, dims, data };
  });
  const keeps = given !== undefined || call.int("keepdims", 1) === 1;
  const items = keeps ? parts : parts.map((each) => reshaped(each, each.dims.toSpliced(axis, 1)));
  return [sequenceOf(items, x.dtype)];
}

function concat(call: Call): Value[] {
  const items = itemsOf(sequence(call, 0));
  const [first] = items;
  if (!first) return call.refuse("the sequence is empty", "E_NODE_VALUE");
  const adds = call.int("new_axis", 0) === 1;
  const axis = call.axis(call.int("axis", 0), first.dims.length + (adds ? 1 : 0));
  const all = adds ? items.map((each) => reshaped(each, each.dims.toSpliced(axis, 0, 1))) : items;
  const dims = (all[0] as Value).dims;
  for (const each of all) {
    const fits =
      each.dims.length === dims.length && each.dims.every((dim, i) => i === axis || dim === dims[i]);
    if (!fits) call.refuse(`[${dims.join(", ")}] and [${each.dims.join(", ")}] do not join`, "E_NODE_SHAPE");
  }
  return [concatenated(all, axis)];
}

/** The body runs once for each element; further sequences give the element at the same place, tensors themselves. */
function map(call: Call): Value[] {
  const body = call.graph("body");
  const [first, ...others] = call.all();
  const count = sequence(call, 0).parts?.length ?? 0;
  for (const other of others) {
    if (other.parts && other.parts.length < count)
      call.refuse(`a sequence has fewer than ${count} elements`, "E_NODE_VALUE");
  }
  const columns = [first as Value, ...others].map((each) => (each.parts ? itemsOf(each) : each));
  const rounds = Array.from({ length: count }, (_, i) =>
    body(columns.map((each) => (Array.isArray(each) ? (each[i] as Value) : each))),
  );
  return Array.from({ length: call.outputs }, (_, k) =>
    sequenceOf(
      rounds.map((each) => each[k] as Value),
      "float32",
    ),
  );
}

function bool(holds: boolean): Value {
  return value("bool", Uint8Array.of(Number(holds)), []);
}

/** What a type says of the elements that an empty optional would have. */
function optional(call: Call): Value[] {
  const given = call.optional(0);
  if (given) return [given];
  const type = call.attributes.get("type")?.tp;
  return [absent(elementTypeOf(type))];
}

type Type = NonNullable<ReturnType<Call["attributes"]["get"]>>["tp"];

function elementTypeOf(type: Type): Value["dtype"] {
  const inner = type?.value;
  if (inner?.case === "tensorType") return valueDType(inner.value.elemType, "the optional value");
  return inner?.case === "sequenceType" ? elementTypeOf(inner.value.elemType) : "float32";
}

function getElement(call: Call): Value[] {
  const given = call.input(0);
  return given.absent ? call.refuse("the optional value is not there", "E_NODE_VALUE") : [given];
}

/** Sequences of tensors, and values that may be absent. */
export const sequences: Operators = {
  ConcatFromSequence: { 11: concat },
  Optional: { 15: optional },
  OptionalGetElement: { 15: getElement },
  OptionalHasElement: {
    15: (call) => {
      const given = call.optional(0);
      return [bool(given !== undefined && !given.absent)];
    },
  },
  SequenceAt: { 11: at },
  SequenceConstruct: { 11: construct },
  SequenceEmpty: {
    11: (call) => [sequenceOf([], valueDType(call.int("dtype", 1), "the sequence"))],
  },
  SequenceErase: { 11: erase },
  SequenceInsert: { 11: insert },
  SequenceLength: {
    11: (call) => [value("int64", BigInt64Array.of(BigInt(sequence(call, 0).parts?.length ?? 0)), [])],
  },
  SequenceMap: { 17: map },
  SplitToSequence: { 11: split },
};
