import type { Shape } from "../shape.js";
import type { ShapeCall, ShapeRule } from "../shape-call.js";

const words = (text: string) => text.trim().split(/\s+/);

export const REDUCTIONS: readonly string[] = words(
  "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare",
);

/** The axes that a node names, by attribute or as its second input; undefined where they are not known, null where it names none. */
export function namedAxes({
  node,
  scope,
}: Pick<ShapeCall, "node" | "scope">): readonly number[] | null | undefined {
  const given = scope.factsOf(node).ints("axes");
  if (given) return given;
  const input = node.input[1] ?? "";
  return input === "" ? null : scope.integers(input);
}

/** Axes counted from the front, in order. */
export function fromFront(axes: readonly number[], rank: number): number[] {
  return axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
}

const reduce: ShapeRule = (call) => {
  const dims = call.shape(0);
  const axes = namedAxes(call);
  const facts = call.scope.factsOf(call.node);
  const keepDims = facts.int("keepdims", 1) === 1;
  if (!dims) return [];
  if (axes === undefined) return [keepDims ? dims.map(() => null) : undefined];
  if ((axes === null || axes.length === 0) && facts.int("noop_with_empty_axes", 0) === 1) return [dims];
  const reduced = axes === null || axes.length === 0 ? dims.map((_, i) => i) : fromFront(axes, dims.length);
  return [without(dims, reduced, keepDims)];
};

function without(dims: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims
    ? dims.map((dim, i) => (axes.includes(i) ? 1 : dim))
    : dims.filter((_, i) => !axes.includes(i));
}

const argExtreme: ShapeRule = ({ node, scope, shape }) => {
  const dims = shape(0);
  const facts = scope.factsOf(node);
  return dims
    ? [without(dims, fromFront([facts.int("axis", 0)], dims.length), facts.int("keepdims", 1) === 1)]
    : [];
};

export const reductions: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(REDUCTIONS.map((operator) => [operator, reduce])),
  ArgMax: argExtreme,
  ArgMin: argExtreme,
};
