import type { Call, Kernel, Operators } from "../call.js";
import { mapData } from "../elementwise.js";
import type { Value } from "../value.js";

type Bound = number | bigint | undefined;

/** Where the bounds cross, the upper one wins; NaN stays NaN. */
function clipping(boundsOf: (call: Call) => [Bound, Bound]): Kernel {
  return (call): Value[] => {
    const x = call.input(0);
    const [low, high] = boundsOf(call);
    const clipped = (each: number | bigint) => {
      const raised = low !== undefined && each < low ? low : each;
      return high !== undefined && raised > high ? high : raised;
    };
    return [{ ...x, data: mapData(x.data, x.dtype, clipped) }];
  };
}

const attributes = (call: Call): [Bound, Bound] => [
  call.has("min") ? call.float("min", 0) : undefined,
  call.has("max") ? call.float("max", 0) : undefined,
];
const inputs = (call: Call): [Bound, Bound] => [
  call.optional(1)?.data[0] as Bound,
  call.optional(2)?.data[0] as Bound,
];

export const clip: Operators = { Clip: { 6: clipping(attributes), 11: clipping(inputs) } };
