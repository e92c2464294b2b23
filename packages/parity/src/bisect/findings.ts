/** How a bisect describes nodes. */
import type { Tensor } from "@congruent/core";
import type { BisectFinding, BisectNode, BisectValue } from "@congruent/core/schemas";
import type { GraphNode } from "@congruent/onnx";
import { detailOf } from "@congruent/runtime";
import type { Agreement, Expected } from "./oracle.js";

export function describeNode({ name, proto, index }: GraphNode): BisectNode {
  return { node: name, opType: proto.opType, index };
}

/** One output of a node that is wrong. */
export function finding(
  node: GraphNode,
  output: string,
  { dims }: Pick<Expected, "dims">,
  { ratio, maxAbs, bound, why, at, expected, observed }: Agreement,
): BisectFinding {
  return {
    ...describeNode(node),
    output,
    maxAbs,
    bound,
    ratio: finiteOr(ratio),
    why,
    at: at === null ? null : positionIn(dims, at),
    expected: finiteOr(expected),
    observed: finiteOr(observed),
  };
}

/** How far a value's elements are from the right ones, rounded to their type; nothing where shape or type differ. */
export function spread(
  node: GraphNode,
  output: string,
  value: Expected,
  observed: Tensor,
  { within, bound, ratio }: Agreement,
): BisectValue[] {
  const right = value.tensor();
  if (right?.dtype !== observed.dtype || right.dims.join() !== observed.dims.join()) return [];
  const detail = detailOf(right, observed);
  return [{ ...describeNode(node), output, within, bound, ratio: finiteOr(ratio), detail }];
}

/** Why a value counts as not seen although there is one to compare with. */
export function noBound(output: string): string {
  return `nothing is known of how far ${output} may be from the right values`;
}

/** JSON has no infinity and no NaN. */
function finiteOr(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/**
 * Indices of an element of a row-major array.
 *
 * @internal exported for its example
 * @example
 * ```ts
 * positionIn([2, 3], 4); // => [1, 1]
 * ```
 */
export function positionIn(dims: readonly number[], at: number): number[] {
  const position: number[] = [];
  let rest = at;
  for (const dim of dims.toReversed()) {
    position.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return position;
}
