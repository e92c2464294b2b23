/** When an operator hands on one of its inputs as it is. */
import type { NodeProto } from "@congruent/onnx";
import { isIdentity } from "../layout/permutation.js";
import type { Scope } from "../scope.js";
import { FAR } from "../shapes/rules/movement.js";
import { namedAxes } from "../shapes/rules/reductions.js";
import { known, type Shape, same, sameShape } from "../shapes/shape.js";

/** Whether the first output is the first input, whatever is fed. */
export type IdentityRule = (node: NodeProto, scope: Scope) => boolean;

const shapes = (node: NodeProto, scope: Scope) =>
  [scope.shape(node.input[0] ?? ""), scope.shape(node.output[0] ?? "")] as const;

const cast: IdentityRule = (node, scope) => {
  const type = scope.elementType(node.input[0] ?? "");
  return type !== undefined && type === scope.factsOf(node).int("to", 0);
};

/** The elements are the same anyhow: only the shape could be another one. */
const keepsShape: IdentityRule = (node, scope) => sameShape(...shapes(node, scope));

/** A target may also copy the input's sizes, and leave one to be what it must. */
const reshape: IdentityRule = (node, scope) => {
  if (keepsShape(node, scope)) return true;
  const shape = scope.shape(node.input[0] ?? "");
  const target = scope.opset < 5 ? scope.factsOf(node).ints("shape") : scope.integers(node.input[1]);
  if (!shape || target?.length !== shape.length) return false;
  const copies = scope.factsOf(node).int("allowzero", 0) === 0;
  const other = target.filter((dim, i) => !(dim === 0 && copies) && !same(shape[i], dim));
  // A size left open is the old one if all others are, and none of them is 0.
  return other.length === 1 && other[0] === -1 && nonZero(shape, target);
};

function nonZero(shape: Shape, target: readonly number[]): boolean {
  return target.every((dim, i) => dim !== 0 || (typeof shape[i] === "number" && shape[i] !== 0));
}

/** Version 6 and older had an attribute for training; from 12 on an input says so. */
const dropout: IdentityRule = (node, scope) => {
  if (scope.opset < 7 || node.output[1]) return false;
  const mode = node.input[2] ?? "";
  return mode === "" || Number(scope.constant(mode)?.data[0] ?? 1) === 0;
};

const pad: IdentityRule = (node, scope) => {
  const pads = scope.factsOf(node).ints("pads") ?? scope.integers(node.input[1]);
  return pads?.every((each) => each === 0) ?? false;
};

const slice: IdentityRule = (node, scope) => {
  const facts = scope.factsOf(node);
  const shape = scope.shape(node.input[0] ?? "");
  const starts = facts.ints("starts") ?? scope.integers(node.input[1]);
  const ends = facts.ints("ends") ?? scope.integers(node.input[2]);
  const axes =
    facts.ints("axes") ?? (node.input[3] ? scope.integers(node.input[3]) : starts?.map((_, i) => i));
  const steps = node.input[4] ? scope.integers(node.input[4]) : starts?.map(() => 1);
  if (!starts || !ends || !axes || !steps) return false;
  return starts.every((start, i) => {
    const axis = axes[i] as number;
    const size = shape?.[axis < 0 ? axis + shape.length : axis];
    const all = (ends[i] as number) >= (typeof size === "number" ? size : FAR);
    return start === 0 && steps[i] === 1 && all;
  });
};

const transpose: IdentityRule = (node, scope) => {
  const perm = scope.factsOf(node).ints("perm");
  return perm ? isIdentity(perm) : (scope.rank(node.input[0] ?? "") ?? 2) < 2;
};

const single: IdentityRule = (node) => node.input.length === 1;

const tile: IdentityRule = (node, scope) =>
  scope.opset >= 6 && (scope.integers(node.input[1])?.every((count) => count === 1) ?? false);

const expand: IdentityRule = (node, scope) => {
  const [shape, target] = [scope.shape(node.input[0] ?? ""), scope.integers(node.input[1])];
  const ones = target?.every((dim) => dim === 1) ?? false;
  return keepsShape(node, scope) || (ones && shape !== undefined && (target?.length ?? 0) <= shape.length);
};

/** From version 11 on the limits are inputs, and may be left out. */
const clip: IdentityRule = (node, scope) =>
  scope.opset >= 11 && (node.input[1] ?? "") === "" && (node.input[2] ?? "") === "";

const squeeze: IdentityRule = (node, scope) => namedAxes({ node, scope })?.length === 0;

const reduce: IdentityRule = (node, scope) => {
  const named = namedAxes({ node, scope });
  const none = named === null || named?.length === 0;
  // Those that square or take logarithms do so without axes, too.
  return none && scope.factsOf(node).int("noop_with_empty_axes", 0) === 1 && keepsElements.has(node.opType);
};

const keepsElements = new Set(["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd"]);

const resize: IdentityRule = (node, scope) => {
  const scales = node.input[2] ? scope.constant(node.input[2]) : undefined;
  const mode = scope.factsOf(node).text("coordinate_transformation_mode", "half_pixel");
  const plain =
    scope.opset >= 11 &&
    !["tf_crop_and_resize", "tf_half_pixel_for_nn"].includes(mode) &&
    !scope.factsOf(node).has("axes");
  const [from, to] = shapes(node, scope);
  const fixed = from !== undefined && known(from) !== null && sameShape(from, to) && Boolean(node.input[3]);
  return (
    plain &&
    ((scales !== undefined &&
      scales.data.length > 0 &&
      Array.from(scales.data as Float64Array).every((each) => each === 1)) ||
      fixed)
  );
};

const identity: IdentityRule = () => true;

export const identityRules: Readonly<Record<string, IdentityRule>> = {
  ...{
    Identity: identity,
    Dropout: dropout,
    Cast: cast,
    Reshape: reshape,
    Flatten: keepsShape,
    Expand: expand,
  },
  ...{
    Pad: pad,
    Slice: slice,
    Transpose: transpose,
    Tile: tile,
    Resize: resize,
    Squeeze: squeeze,
    Unsqueeze: squeeze,
  },
  ...{ Concat: single, Sum: single, Max: single, Min: single, Mean: single, Clip: clip },
  ...{ ReduceSum: reduce, ReduceMean: reduce, ReduceMax: reduce, ReduceMin: reduce, ReduceProd: reduce },
};
