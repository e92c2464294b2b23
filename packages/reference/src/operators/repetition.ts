import type { Call, Operators } from "../call.js";
import { broadcastDims, broadcastStrides, stridesOf } from "../shapes.js";
import type { Value } from "../value.js";
import { reshaped, strided } from "../views.js";

function expand(call: Call): Value[] {
  const x = call.input(0);
  const dims = broadcastDims(x.dims, call.numbers(1));
  return [strided(x, dims, broadcastStrides(x.dims, dims))];
}

/** The whole value again and again along each axis: a new axis of stride 0 before each. */
function tile(call: Call): Value[] {
  const x = call.input(0);
  const repeats = call.numbers(1);
  if (repeats.length !== x.dims.length || repeats.some((count) => count < 0)) {
    call.refuse(`repeats [${repeats.join(", ")}] do not suit [${x.dims.join(", ")}]`, "E_NODE_SHAPE");
  }
  const strides = stridesOf(x.dims);
  const tiled = strided(
    x,
    x.dims.flatMap((dim, axis) => [repeats[axis] as number, dim]),
    strides.flatMap((stride) => [0, stride]),
  );
  return [
    reshaped(
      tiled,
      x.dims.map((dim, axis) => dim * (repeats[axis] as number)),
    ),
  ];
}

export const repetition: Operators = {
  Expand: { 8: expand },
  Tile: { 6: tile },
};
