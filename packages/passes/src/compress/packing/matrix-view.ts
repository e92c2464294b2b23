/** A weight as its reader multiplies by it. */
import type { GraphNode } from "@congruent/onnx";
import type { Scope } from "../../scope.js";

export interface MatrixView {
  /** The axis of the outputs, of which each has a scale; the others are summed over. */
  channels: number;
  /** The weight in two axes, where it has more: [outputs, the rest]. */
  dims: readonly [number, number];
  /** The axis of `dims` that is summed over. */
  summed: 0 | 1;
}

/** Null where the node does not multiply by the value, or not by a matrix. */
export function matrixView(
  node: GraphNode,
  name: string,
  dims: readonly number[],
  scope: Scope,
): MatrixView | null {
  const { proto } = node;
  const [first = 0, second = 0] = dims;
  const rest = dims.slice(1).reduce((product, size) => product * size, 1);
  const only = proto.input.filter((each) => each === name).length === 1 && !node.captured.includes(name);
  const place = proto.input.indexOf(name);
  const operator = only ? scope.operator(proto) : null;
  if (operator === "MatMul" && place === 1 && dims.length === 2) {
    return { channels: 1, dims: [first, second], summed: 0 };
  }
  if (operator === "Gemm" && place === 1) {
    const turned = scope.factsOf(proto).int("transB", 0) !== 0;
    return { channels: turned ? 0 : 1, dims: [first, second], summed: turned ? 1 : 0 };
  }
  if (operator === "Conv" && place === 1 && dims.length >= 3) {
    return { channels: 0, dims: [first, rest], summed: 1 };
  }
  if (
    operator === "Gather" &&
    place === 0 &&
    dims.length === 2 &&
    scope.factsOf(proto).int("axis", 0) === 0
  ) {
    return { channels: 0, dims: [first, second], summed: 1 };
  }
  return null;
}
