import { sizeOf } from "@congruent/core";
import type { Call, Kernel, Operators } from "../call.js";
import type { Value } from "../value.js";
import { reshaped } from "../views.js";

/** 0 copies the input's size unless `allowzero`, and one −1 is worked out. */
function reshape(call: Call): Value[] {
  const x = call.input(0);
  const wanted = call.numbers(1);
  const copies = call.int("allowzero", 0) === 0;
  const dims = wanted.map((size, axis) => (size === 0 && copies ? (x.dims[axis] ?? 0) : size));
  const open = dims.indexOf(-1);
  if (open >= 0) {
    const rest = dims.reduce((product, dim, axis) => (axis === open ? product : product * dim), 1);
    dims[open] = rest === 0 ? 0 : x.data.length / rest;
  }
  if (sizeOf(dims) !== x.data.length || dims.some((dim) => dim < 0 || !Number.isInteger(dim))) {
    call.refuse(
      `its input [${x.dims.join(", ")}] cannot have the shape [${wanted.join(", ")}]`,
      "E_NODE_SHAPE",
    );
  }
  return [reshaped(x, dims)];
}

function flatten(call: Call): Value[] {
  const x = call.input(0);
  const axis = call.int("axis", 1);
  const at = axis === x.dims.length ? axis : call.axis(axis, x.dims.length);
  return [reshaped(x, [sizeOf(x.dims.slice(0, at)), sizeOf(x.dims.slice(at))])];
}

function squeeze(axesOf: (call: Call) => number[] | undefined): Kernel {
  return (call) => {
    const x = call.input(0);
    const axes = axesOf(call)?.map((axis) => call.axis(axis, x.dims.length));
    if (axes && new Set(axes).size < axes.length) call.refuse("an axis is given twice", "E_NODE_ATTRIBUTE");
    const drops = (dim: number, axis: number) => (axes ? axes.includes(axis) : dim === 1);
    const long = x.dims.findIndex((dim, axis) => dim !== 1 && drops(dim, axis));
    if (long >= 0) call.refuse(`axis ${long} of [${x.dims.join(", ")}] is not 1`, "E_NODE_SHAPE");
    return [
      reshaped(
        x,
        x.dims.filter((dim, axis) => !drops(dim, axis)),
      ),
    ];
  };
}

function unsqueeze(axesOf: (call: Call) => number[] | undefined): Kernel {
  return (call) => {
    const x = call.input(0);
    const given = axesOf(call) ?? call.refuse("its axes are missing", "E_NODE_INPUT");
    const rank = x.dims.length + given.length;
    const axes = new Set(given.map((axis) => call.axis(axis, rank)));
    if (axes.size !== given.length) call.refuse("an axis is given twice", "E_NODE_ATTRIBUTE");
    const rest = x.dims.values();
    const dims = Array.from({ length: rank }, (_, axis) =>
      axes.has(axis) ? 1 : (rest.next().value as number),
    );
    return [reshaped(x, dims)];
  };
}

const attribute = (call: Call) => call.ints("axes");
const input = (call: Call) => call.maybeNumbers(1);

/** The same elements in another shape. Axes were an attribute before opset 13. */
export const reshaping: Operators = {
  Reshape: { 5: reshape },
  Flatten: { 1: flatten },
  Squeeze: { 1: squeeze(attribute), 13: squeeze(input) },
  Unsqueeze: { 1: unsqueeze(attribute), 13: unsqueeze(input) },
};
