import { sizeOf } from "@congruent/core";
import { bigMax, bigMin } from "../big.js";
import type { Call, Operators } from "../call.js";
import { type Binary, kindOf } from "../elementwise.js";
import { like, type Value } from "../value.js";
import { elementPlaces, tupleStarts } from "./gather.js";

const reductions: Readonly<Record<string, Binary>> = {
  add: { float: (a, b) => a + b, int: (a, b) => a + b, big: (a, b) => a + b },
  mul: { float: (a, b) => a * b, int: Math.imul, big: (a, b) => a * b },
  max: { float: Math.max, int: Math.max, big: bigMax },
  min: { float: Math.min, int: Math.min, big: bigMin },
};

/** How an update joins the element that it meets: it replaces it unless `reduction` says otherwise. */
function joining(call: Call, x: Value): (old: unknown, update: unknown) => unknown {
  const name = call.string("reduction", "none");
  if (name === "none") return (_, update) => update;
  const functions: Partial<Record<string, unknown>> = { ...reductions[name] };
  const join = functions[kindOf(x.dtype)] as ((old: unknown, update: unknown) => unknown) | undefined;
  return join ?? call.refuse(`reduction ${name} is not defined for ${x.dtype}`, "E_NODE_ATTRIBUTE");
}

function copied(x: Value): Value {
  return like(x, x.data.slice());
}

function elements(call: Call): Value[] {
  const [x, indices, updates] = [call.input(0), call.input(1), call.input(2)];
  const axis = call.axis(call.int("axis", 0), x.dims.length);
  const join = joining(call, x);
  const result = copied(x);
  const to = result.data as unknown[];
  elementPlaces(call, { dims: x.dims, indices, axis }).forEach((place, k) => {
    to[place] = join(to[place], updates.data[k]);
  });
  return [result];
}

function byTuples(call: Call): Value[] {
  const [x, indices, updates] = [call.input(0), call.input(1), call.input(2)];
  const inner = sizeOf(x.dims.slice(indices.dims.at(-1)));
  const join = joining(call, x);
  const result = copied(x);
  const to = result.data as unknown[];
  tupleStarts(call, { dims: x.dims, indices }).forEach((start, k) => {
    for (let i = 0; i < inner; i++) to[start + i] = join(to[start + i], updates.data[k * inner + i]);
  });
  return [result];
}

/** Updates written into a copy of the input. */
export const scatter: Operators = {
  Scatter: { 9: elements, 11: null },
  ScatterElements: { 11: elements },
  ScatterND: { 11: byTuples },
};
