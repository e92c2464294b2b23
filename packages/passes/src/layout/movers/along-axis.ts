/** Operators that work along one axis, and name it. */
import { withAttributes, withInput } from "../../attributes.js";
import type { Mover, Weights } from "../mover.js";
import { identity, type Permutation, without } from "../permutation.js";

/** Where an axis, counted from either end, is in another order. */
export function moved(axis: number, label: Permutation): number {
  return label.indexOf(axis < 0 ? axis + label.length : axis);
}

/** The axis is the attribute `axis`; all inputs but those left out come in the order. */
function byAttribute(fallback: number, inputs: (count: number) => readonly number[] = () => [0]): Mover {
  return (node, scope) => {
    const ranks = inputs(node.input.length).map((i) => scope.rank(node.input[i] ?? ""));
    const [rank] = ranks;
    if (rank === undefined || ranks.some((each) => each !== rank)) return null;
    const axis = scope.factsOf(node).int("axis", fallback);
    return {
      rank,
      inputs: inputs(node.input.length),
      rewrite: (label) => withAttributes(node, { axis: BigInt(moved(axis, label)) }),
    };
  };
}

/** Before version 13 these made matrices of what they were given. */
const softmax: Mover = (node, scope) => (scope.opset < 13 ? null : byAttribute(-1)(node, scope));
const concat: Mover = (node, scope) =>
  scope.opset < 4 ? null : byAttribute(0, (count) => Array.from({ length: count }, (_, i) => i))(node, scope);
const topK: Mover = (node, scope) => (scope.opset < 10 ? null : byAttribute(-1)(node, scope));

const cumulative: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  const axis = scope.integers(node.input[1])?.[0];
  if (rank === undefined || axis === undefined) return null;
  const rewrite = (label: Permutation, weights: Weights) =>
    withInput(node, 1, weights.integer(`${node.name}/axis`, moved(axis, label)));
  return { rank, inputs: [0], rewrite };
};

const quantized: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  const scale = scope.shape(node.input[1] ?? "");
  const facts = scope.factsOf(node);
  if (rank === undefined || scale === undefined || facts.int("block_size", 0) !== 0) return null;
  // One scale for all; before version 13 there was no other.
  if (scale.length === 0 || (scale.length === 1 && scale[0] === 1)) return { rank, inputs: [0] };
  if (scope.opset < 13) return null;
  const axis = facts.int("axis", 1);
  return {
    rank,
    inputs: [0],
    rewrite: (label) => withAttributes(node, { axis: BigInt(moved(axis, label)) }),
  };
};

/** The result has one axis less, or one of size 1. */
const argExtreme: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  if (rank === undefined) return null;
  const facts = scope.factsOf(node);
  const given = facts.int("axis", 0);
  const axis = given < 0 ? given + rank : given;
  const rewrite = (label: Permutation) => withAttributes(node, { axis: BigInt(moved(axis, label)) });
  if (facts.int("keepdims", 1) === 1) return { rank, inputs: [0], rewrite };
  return { rank, inputs: [0], rewrite, ...takingAway(rank, [axis]) };
};

/** Of an operator whose result lacks some axes. */
export function takingAway(rank: number, axes: readonly number[]) {
  return {
    outputOrder: (label: Permutation) => without(label, axes),
    // Of the labels that leave the other axes in their order, the one that changes nothing.
    fromOutput: (order: Permutation) => (order.every((axis, i) => axis === i) ? identity(rank) : null),
  };
}

export const alongAxis: Readonly<Record<string, Mover>> = {
  ...{ Softmax: softmax, LogSoftmax: softmax, Hardmax: softmax, LpNormalization: byAttribute(-1) },
  ...{ Concat: concat, Split: byAttribute(0), TopK: topK, CumSum: cumulative, CumProd: cumulative },
  ...{ QuantizeLinear: quantized, DequantizeLinear: quantized, ArgMax: argExtreme, ArgMin: argExtreme },
};
