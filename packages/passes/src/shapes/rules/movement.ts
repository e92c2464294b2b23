/** Operators that move elements. */

import { type Dim, known, type Shape } from "../shape.js";
import type { ShapeCall, ShapeRule } from "../shape-call.js";
import { fromFront, namedAxes } from "./reductions.js";

const transpose: ShapeRule = ({ node, scope, shape }) => {
  const dims = shape(0);
  const perm = scope.factsOf(node).ints("perm");
  if (!dims) return [perm?.map(() => null)];
  return [perm ? perm.map((axis) => dims[axis] as Dim) : dims.toReversed()];
};

const reshape: ShapeRule = ({ node, scope, shape, list }) => {
  const [from, target] = [shape(0), scope.opset < 5 ? scope.factsOf(node).ints("shape") : list(1)];
  if (!target) {
    const count = shape(1)?.[0];
    return [typeof count === "number" ? new Array<Dim>(count).fill(null) : undefined];
  }
  const copies = scope.factsOf(node).int("allowzero", 0) === 0;
  const dims = target.map((dim, i): Dim => (dim === 0 && copies ? (from?.[i] ?? null) : dim));
  const open = dims.indexOf(-1);
  if (open < 0) return [dims];
  return [dims.with(open, rest(from, dims, open))];
};

/** The size that stands for −1: what is left when sizes on both sides cancel. */
function rest(from: Shape | undefined, dims: Shape, open: number): Dim {
  const own = dims.filter((_, i) => i !== open);
  if (!from) return null;
  const left = [...from];
  for (const dim of own) {
    if (typeof dim === "number") continue;
    const at = dim === null ? -1 : left.indexOf(dim);
    if (at < 0) return null;
    left.splice(at, 1);
  }
  const names = left.filter((dim) => typeof dim !== "number");
  const numbers = (list: readonly Dim[]) => known(list.filter((dim) => typeof dim === "number")) as number;
  const [above, below] = [numbers(left), numbers(own)];
  if (names.length === 0) return below > 0 && above % below === 0 ? above / below : null;
  return names.length === 1 && above === below && above > 0 ? (names[0] as Dim) : null;
}

const flatten: ShapeRule = ({ node, scope, shape }) => {
  const dims = shape(0);
  if (!dims) return [[null, null]];
  const axis = fromFront([scope.factsOf(node).int("axis", 1)], dims.length)[0] as number;
  return [[product(dims.slice(0, axis)), product(dims.slice(axis))]];
};

function product(dims: Shape): Dim {
  const others = dims.filter((dim) => dim !== 1);
  return known(others) ?? (others.length === 1 ? (others[0] as Dim) : null);
}

const squeeze: ShapeRule = (call) => {
  const dims = call.shape(0);
  const axes = namedAxes(call);
  if (!dims || axes === undefined) return [];
  if (axes === null)
    return dims.every((dim) => typeof dim === "number") ? [dims.filter((dim) => dim !== 1)] : [];
  const gone = fromFront(axes, dims.length);
  return [dims.filter((_, i) => !gone.includes(i))];
};

const unsqueeze: ShapeRule = (call) => {
  const dims = call.shape(0);
  const axes = namedAxes(call);
  if (!dims || !axes) return [];
  const rank = dims.length + axes.length;
  const added = fromFront(axes, rank);
  const own = [...dims];
  return [Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : (own.shift() as Dim)))];
};

const concat: ShapeRule = ({ node, scope, shape }) => {
  const parts = node.input.map((_, i) => shape(i));
  const first = parts.find((part) => part !== undefined);
  if (!first) return [];
  const axis = fromFront([scope.factsOf(node).int("axis", scope.opset < 4 ? 1 : 0)], first.length)[0];
  const dims = first.map((_, i): Dim => {
    const own = parts.map((part) => part?.[i] ?? null);
    if (i === axis)
      return own.every((dim) => typeof dim === "number") ? own.reduce((a, b) => a + b, 0) : null;
    return own.find((dim) => typeof dim === "number") ?? own.find((dim) => dim !== null) ?? null;
  });
  return [dims];
};

const split: ShapeRule = (call) => {
  const dims = call.shape(0);
  if (!dims) return [];
  const { node, scope } = call;
  const facts = scope.factsOf(node);
  const axis = fromFront([facts.int("axis", 0)], dims.length)[0];
  const sizes = facts.ints("split") ?? scope.integers(node.input[1]);
  return node.output.map((_, k) => dims.map((dim, i): Dim => (i === axis ? (sizes?.[k] ?? null) : dim)));
};

/** Sizes along axes that a node changes in a way of its own; the others stay. */
function changedSizes(change: (call: ShapeCall, dims: Shape) => ReadonlyMap<number, Dim> | null): ShapeRule {
  return (call) => {
    const dims = call.shape(0);
    if (!dims) return [];
    const sizes = change(call, dims);
    return [dims.map((dim, axis) => (sizes ? (sizes.has(axis) ? (sizes.get(axis) as Dim) : dim) : null))];
  };
}

const pad = changedSizes(({ node, scope }, dims) => {
  const pads = scope.factsOf(node).ints("pads") ?? scope.integers(node.input[1]);
  const named = node.input[3] ? scope.integers(node.input[3]) : dims.map((_, i) => i);
  if (!pads || !named) return null;
  const add = (dim: Dim, by: number): Dim => (by === 0 ? dim : typeof dim === "number" ? dim + by : null);
  const at = (axis: number) => (axis < 0 ? axis + dims.length : axis);
  return new Map(
    named.map((axis, i) => [
      at(axis),
      add(dims[at(axis)] as Dim, (pads[i] ?? 0) + (pads[i + named.length] ?? 0)),
    ]),
  );
});

const slice = changedSizes(({ node, scope }, dims) => {
  const facts = scope.factsOf(node);
  const of = (name: string, input: number) =>
    facts.ints(name) ?? (node.input[input] ? scope.integers(node.input[input]) : null);
  const [starts, ends, axes, steps] = [of("starts", 1), of("ends", 2), of("axes", 3), of("steps", 4)];
  if (!starts || !ends || axes === undefined || steps === undefined) return null;
  return new Map(
    starts.map((start, i) => {
      const given = axes?.[i] ?? i;
      const axis = given < 0 ? given + dims.length : given;
      return [axis, sliced(dims[axis] as Dim, start, ends[i] as number, steps?.[i] ?? 1)];
    }),
  );
});

/** An end that no tensor reaches stands for the end of the axis. */
export const FAR = 2 ** 31 - 1;

function sliced(dim: Dim, start: number, end: number, step: number): Dim {
  if (start === 0 && end >= FAR && step === 1) return dim;
  if (typeof dim !== "number" || step === 0) return null;
  const [low, high] = step > 0 ? [0, dim] : [-1, dim - 1];
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + dim : at, low), high);
  return Math.max(0, Math.ceil((clamp(end) - clamp(start)) / step));
}

const resize = changedSizes((call, dims) => {
  const { scope, node } = call;
  const given = scope.factsOf(node).ints("axes");
  const axes = given ? fromFront(given, dims.length) : dims.map((_, i) => i);
  if (scope.opset < 11 || given?.some((axis, i) => axis !== axes[i])) return null;
  if (scope.factsOf(node).text("keep_aspect_ratio_policy", "stretch") !== "stretch") return null;
  const sizes = node.input[3] ? call.list(3) : undefined;
  const scales = node.input[2] ? scope.constant(node.input[2]) : undefined;
  if (sizes && sizes.length === axes.length) return new Map(axes.map((axis, i) => [axis, sizes[i] as Dim]));
  if (!scales || scales.data.length !== axes.length) return null;
  return new Map(
    axes.map((axis, i) => {
      const [dim, scale] = [dims[axis] as Dim, Number(scales.data[i])];
      if (scale === 1) return [axis, dim];
      return [axis, typeof dim === "number" ? Math.floor(dim * scale) : null];
    }),
  );
});

const gather: ShapeRule = ({ node, scope, shape }) => {
  const [dims, at] = [shape(0), shape(1)];
  if (!dims || !at) return [];
  const axis = fromFront([scope.factsOf(node).int("axis", 0)], dims.length)[0] as number;
  return [[...dims.slice(0, axis), ...at, ...dims.slice(axis + 1)]];
};

const expand: ShapeRule = ({ shape, list }) => {
  const [dims, target] = [shape(0), list(1)];
  if (!dims || !target) return [];
  const rank = Math.max(dims.length, target.length);
  const at = (from: Shape, axis: number): Dim =>
    axis - rank + from.length < 0 ? 1 : (from[axis - rank + from.length] as Dim);
  return [
    Array.from({ length: rank }, (_, axis) => {
      const [own, wanted] = [at(dims, axis), at(target, axis)];
      if (wanted === 1) return own;
      return own === 1 ? wanted : typeof own === "number" ? own : typeof wanted === "number" ? wanted : null;
    }),
  ];
};

const tile: ShapeRule = ({ node, scope, shape }) => {
  const dims = shape(0);
  const repeats = scope.integers(node.input[1]);
  const times = (dim: Dim, count: number): Dim =>
    count === 1 ? dim : typeof dim === "number" ? dim * count : null;
  return dims ? [dims.map((dim, i) => (repeats ? times(dim, repeats[i] ?? 1) : null))] : [];
};

const constant: ShapeRule = ({ node, scope }) => [
  scope.constantProto(node.output[0] ?? "")?.dims.map(Number),
];

const filled: ShapeRule = ({ list }) => [list(0)?.map((dim) => dim)];

const shapeOf: ShapeRule = ({ node, scope, shape }) => {
  const facts = scope.factsOf(node);
  const plain = !facts.has("start") && !facts.has("end");
  return [[plain ? (shape(0)?.length ?? null) : null]];
};

const topK: ShapeRule = (call) => {
  const dims = call.shape(0);
  const { scope, node } = call;
  if (!dims || scope.opset < 10) return [];
  const axis = fromFront([scope.factsOf(node).int("axis", -1)], dims.length)[0];
  const count = call.list(1)?.[0] ?? null;
  const out = dims.map((dim, i) => (i === axis ? count : dim));
  return [out, out];
};

export const movement: Readonly<Record<string, ShapeRule>> = {
  ...{ Transpose: transpose, Reshape: reshape, Flatten: flatten, Squeeze: squeeze, Unsqueeze: unsqueeze },
  ...{ Concat: concat, Split: split, Pad: pad, Slice: slice, Resize: resize, Gather: gather },
  ...{ Expand: expand, Tile: tile, Constant: constant, ConstantOfShape: filled, Shape: shapeOf, TopK: topK },
};
