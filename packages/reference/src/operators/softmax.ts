import { sizeOf } from "@congruent/core";
import type { Call, Kernel, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import type { Value } from "../value.js";

/** Overwrites `count` elements that lie `step` apart. */
type Line = (data: Float64Array, begin: number, step: number, count: number) => void;

function maximum(data: Float64Array, begin: number, step: number, count: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) most = Math.max(most, data[begin + i * step] as number);
  return most;
}

function softmaxLine(data: Float64Array, begin: number, step: number, count: number): void {
  const most = maximum(data, begin, step, count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const power = Math.exp((data[begin + i * step] as number) - most);
    data[begin + i * step] = power;
    sum += power;
  }
  for (let i = 0; i < count; i++) data[begin + i * step] = (data[begin + i * step] as number) / sum;
}

function logSoftmaxLine(data: Float64Array, begin: number, step: number, count: number): void {
  const most = maximum(data, begin, step, count);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp((data[begin + i * step] as number) - most);
  const shift = most + Math.log(sum);
  for (let i = 0; i < count; i++) data[begin + i * step] = (data[begin + i * step] as number) - shift;
}

/** One at the first largest element, zero elsewhere. */
function hardmaxLine(data: Float64Array, begin: number, step: number, count: number): void {
  const most = maximum(data, begin, step, count);
  let found = false;
  for (let i = 0; i < count; i++) {
    const here: boolean = !found && data[begin + i * step] === most;
    found ||= here;
    data[begin + i * step] = here ? 1 : 0;
  }
}

/** Before opset 13 the input is seen as a matrix: axes from `axis` on form its rows. */
function overTail(line: Line): Kernel {
  return (call: Call): Value[] => {
    const x = call.floats(0);
    const axis = call.int("axis", 1);
    const from = axis === x.dims.length ? axis : call.axis(axis, x.dims.length);
    const length = sizeOf(x.dims.slice(from));
    const data = x.data.slice();
    for (let begin = 0; begin < data.length; begin += length) line(data, begin, 1, length);
    return [{ ...x, data }];
  };
}

function alongAxis(line: Line): Kernel {
  return (call: Call): Value[] => {
    const x = call.floats(0);
    const { outer, size, inner } = splitAtAxis(
      x.dims,
      call.axis(call.int("axis", -1), Math.max(1, x.dims.length)),
    );
    const data = x.data.slice();
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) line(data, o * size * inner + i, inner, size);
    }
    return [{ ...x, data }];
  };
}

/** Normalizations of all elements along an axis. */
export const softmax: Operators = {
  Softmax: { 1: overTail(softmaxLine), 13: alongAxis(softmaxLine) },
  LogSoftmax: { 1: overTail(logSoftmaxLine), 13: alongAxis(logSoftmaxLine) },
  Hardmax: { 1: overTail(hardmaxLine), 13: alongAxis(hardmaxLine) },
};
