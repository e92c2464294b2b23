import type { Call, Operators } from "../call.js";
import type { Value } from "../value.js";
import { reshaped } from "../views.js";
import { transposed } from "./transpose.js";

function blockSize(call: Call): number {
  const size = call.int("blocksize", 0);
  return size > 0 ? size : call.refuse(`blocksize is ${size}`, "E_NODE_ATTRIBUTE");
}

/** Channels to squares of pixels: in blocks (DCR) or, with `mode` CRD, neighbors together. */
function depthToSpace(call: Call): Value[] {
  const x = call.input(0);
  const size = blockSize(call);
  const [n = 1, c = 1, h = 1, w = 1] = x.dims;
  const depth = c / size ** 2;
  const rows = call.string("mode", "DCR") === "DCR";
  const parts = rows ? [n, size, size, depth, h, w] : [n, depth, size, size, h, w];
  const moved = transposed(reshaped(x, parts), rows ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]);
  return [reshaped(moved, [n, depth, h * size, w * size])];
}

function spaceToDepth(call: Call): Value[] {
  const x = call.input(0);
  const size = blockSize(call);
  const [n = 1, c = 1, h = 1, w = 1] = x.dims;
  const parts = reshaped(x, [n, c, h / size, size, w / size, size]);
  const moved = transposed(parts, [0, 3, 5, 1, 2, 4]);
  return [reshaped(moved, [n, c * size ** 2, h / size, w / size])];
}

/** Between channels and squares of pixels. */
export const blocks: Operators = {
  DepthToSpace: { 1: depthToSpace },
  SpaceToDepth: { 1: spaceToDepth },
};
