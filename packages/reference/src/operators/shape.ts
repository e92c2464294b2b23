import type { Call, Operators } from "../call.js";
import { type Value, value } from "../value.js";

/** Axes from `start` to `end`, both counted from either end and cut to the rank. */
function sizes(call: Call): Value[] {
  const { dims } = call.input(0);
  const rank = dims.length;
  const cut = (bound: number) => Math.max(0, Math.min(bound < 0 ? bound + rank : bound, rank));
  const part = dims.slice(cut(call.int("start", 0)), cut(call.int("end", rank)));
  return [value("int64", BigInt64Array.from(part, BigInt), [part.length])];
}

export const shape: Operators = {
  Shape: { 1: sizes },
  Size: { 1: (call) => [value("int64", BigInt64Array.of(BigInt(call.input(0).data.length)), [])] },
};
