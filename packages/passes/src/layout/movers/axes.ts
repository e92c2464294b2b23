/** Operators that name a list of axes. */
import type { NodeProto } from "@congruent/onnx";
import { withAttributes, withInput } from "../../attributes.js";
import type { Scope } from "../../scope.js";
import { fromFront, namedAxes, REDUCTIONS } from "../../shapes/rules/reductions.js";
import type { Movable, Mover, Weights } from "../mover.js";
import { identity, isIdentity, type Permutation, without } from "../permutation.js";
import { moved, takingAway } from "./along-axis.js";

/** The node with other axes, where it has them: as an attribute or as its second input. */
function withAxes(node: NodeProto, scope: Scope, axes: readonly number[], weights: Weights): NodeProto {
  if (scope.factsOf(node).has("axes")) return withAttributes(node, { axes: axes.map(BigInt) });
  return withInput(node, 1, weights.integers(`${node.name}/axes`, axes));
}

const reduce: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  const named = namedAxes({ node, scope });
  if (rank === undefined || named === undefined) return null;
  // Without axes all are meant, or none: the order does not matter, but for what is left of it.
  const none = named === null || named.length === 0;
  const facts = scope.factsOf(node);
  const noop = none && facts.int("noop_with_empty_axes", 0) === 1;
  const axes = none ? (noop ? [] : [...identity(rank)]) : fromFront(named, rank);
  const rewrite = (label: Permutation, weights: Weights) =>
    none
      ? node
      : withAxes(
          node,
          scope,
          axes.map((axis) => moved(axis, label)),
          weights,
        );
  if (noop || facts.int("keepdims", 1) === 1) return { rank, inputs: [0], rewrite };
  return { rank, inputs: [0], rewrite, ...takingAway(rank, axes) };
};

const squeeze: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  const named = namedAxes({ node, scope });
  if (rank === undefined || !named) return null;
  const axes = fromFront(named, rank);
  const rewrite: Movable["rewrite"] = (label, weights) =>
    withAxes(
      node,
      scope,
      axes.map((axis) => moved(axis, label)).sort((a, b) => a - b),
      weights,
    );
  return { rank, inputs: [0], rewrite, ...takingAway(rank, axes) };
};

const unsqueeze: Mover = (node, scope) => {
  const inner = scope.rank(node.input[0] ?? "");
  const named = namedAxes({ node, scope });
  if (inner === undefined || !named) return null;
  const rank = inner + named.length;
  const axes = fromFront(named, rank);
  return {
    rank,
    inputs: [0],
    inputOrder: (label) => without(label, axes),
    fromInput: (order) => (isIdentity(order) ? identity(rank) : null),
    rewrite: (label, weights) =>
      withAxes(
        node,
        scope,
        axes.map((axis) => moved(axis, label)).sort((a, b) => a - b),
        weights,
      ),
  };
};

export const byAxes: Readonly<Record<string, Mover>> = {
  ...Object.fromEntries(REDUCTIONS.map((operator) => [operator, reduce])),
  ...{ Squeeze: squeeze, Unsqueeze: unsqueeze },
};
