/** Operators with a number for each axis, or for some that they name. */
import type { NodeProto } from "@congruent/onnx";
import { withAttributes, withInput } from "../../attributes.js";
import type { Scope } from "../../scope.js";
import type { Mover, Weights } from "../mover.js";
import type { Permutation } from "../permutation.js";
import { moved } from "./along-axis.js";

/** One number for each axis, in another order; of several in a row (begins, then ends), each by itself. */
function reordered<T>(list: readonly T[], label: Permutation): T[] {
  const rank = label.length;
  return Array.from({ length: list.length / rank }, (_, k) =>
    label.map((axis) => list[k * rank + axis] as T),
  ).flat();
}

const pad: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  if (rank === undefined) return null;
  const attribute = scope.factsOf(node).ints("pads");
  if (attribute) {
    const rewrite = (label: Permutation) =>
      withAttributes(node, { pads: reordered(attribute, label).map(BigInt) });
    return scope.opset < 2 || attribute.length !== 2 * rank ? null : { rank, inputs: [0], rewrite };
  }
  if (node.input[3]) return namedList(node, scope, rank, 3);
  const pads = scope.integers(node.input[1]);
  if (pads?.length !== 2 * rank) return null;
  const rewrite = (label: Permutation, weights: Weights) =>
    withInput(node, 1, weights.integers(`${node.name}/pads`, reordered(pads, label)));
  return { rank, inputs: [0], rewrite };
};

/** Axes as an input: only they change. */
function namedList(node: NodeProto, scope: Scope, rank: number, position: number): ReturnType<Mover> {
  const axes = scope.integers(node.input[position]);
  if (!axes) return null;
  const rewrite = (label: Permutation, weights: Weights) =>
    withInput(
      node,
      position,
      weights.integers(
        `${node.name}/axes`,
        axes.map((axis) => moved(axis, label)),
        node.input[position],
      ),
    );
  return { rank, inputs: [0], rewrite };
}

const slice: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  if (rank === undefined) return null;
  const facts = scope.factsOf(node);
  if (node.input[3]) return namedList(node, scope, rank, 3);
  if (scope.opset < 10) {
    const starts = facts.ints("starts") ?? [];
    const axes = facts.ints("axes") ?? starts.map((_, i) => i);
    const rewrite = (label: Permutation) =>
      withAttributes(node, { axes: axes.map((axis) => BigInt(moved(axis, label))) });
    return { rank, inputs: [0], rewrite };
  }
  const starts = scope.shape(node.input[1] ?? "")?.[0];
  if (typeof starts !== "number") return null;
  const rewrite = (label: Permutation, weights: Weights) => {
    const axes = Array.from({ length: starts }, (_, axis) => moved(axis, label));
    return withInput(node, 3, weights.integers(`${node.name}/axes`, axes, node.input[1]));
  };
  return { rank, inputs: [0], rewrite };
};

const resize: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  const facts = scope.factsOf(node);
  // Which region an roi means, and axes that are named, would be further lists.
  const cropped = facts.text("coordinate_transformation_mode", "half_pixel") === "tf_crop_and_resize";
  if (rank === undefined || scope.opset < 11 || cropped || facts.has("axes")) return null;
  const scales = node.input[2] ? scope.constant(node.input[2]) : undefined;
  const sizes = scope.integers(node.input[3]);
  const shape = scope.shape(node.input[0] ?? "");
  const nearest = facts.text("mode", "nearest") === "nearest";
  /** Axes that change, as far as is known. */
  const stretched = (axis: number) => (scales ? scales.data[axis] !== 1 : sizes?.[axis] !== shape?.[axis]);
  // Runtimes interpolate along the last axes alone.
  const accepts = (label: Permutation) =>
    nearest || !label.some((axis, i) => stretched(axis) && label.slice(i).some((later) => !stretched(later)));
  if (scales && scales.data.length === rank && scales.dtype === "float32") {
    return {
      rank,
      inputs: [0],
      accepts,
      rewrite: (label, weights) => withInput(node, 2, weights.permutedList(node.input[2] as string, label)),
    };
  }
  if (sizes?.length !== rank) return null;
  return {
    rank,
    inputs: [0],
    accepts,
    rewrite: (label, weights) =>
      withInput(node, 3, weights.integers(`${node.name}/sizes`, reordered(sizes, label))),
  };
};

const tile: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  const repeats = scope.integers(node.input[1]);
  if (rank === undefined || scope.opset < 6 || repeats?.length !== rank) return null;
  const rewrite = (label: Permutation, weights: Weights) =>
    withInput(node, 1, weights.integers(`${node.name}/repeats`, reordered(repeats, label)));
  return { rank, inputs: [0], rewrite };
};

export const sizes: Readonly<Record<string, Mover>> = { Pad: pad, Slice: slice, Resize: resize, Tile: tile };
