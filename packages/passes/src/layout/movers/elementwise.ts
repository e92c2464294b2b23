import { sizeOf } from "@congruent/core";
import { withInput } from "../../attributes.js";
import { BROADCASTING, KEEPING } from "../../shapes/rules/elementwise.js";
import { isPermutable } from "../../weights.js";
import type { Mover } from "../mover.js";

/** Operators that give the shape of their input and do not treat all axes alike. */
const BY_AXES = new Set(
  (
    "BatchNormalization CumProd CumSum DequantizeLinear GroupNormalization Hardmax InstanceNormalization LRN LayerNormalization LogSoftmax " +
    "LpNormalization MeanVarianceNormalization PRelu QuantizeLinear RMSNormalization ReverseSequence ScatterElements ScatterND Softmax Trilu"
  ).split(" "),
);

/** One value to one value; further inputs (Clip's limits, Dropout's ratio) are the same for all elements. */
const unary: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  return rank === undefined ? null : { rank, inputs: [0] };
};

/** Inputs that broadcast each other: constants are permuted with them. */
const broadcasting: Mover = (node, scope) => {
  if (scope.opset < 7) return null;
  const shapes = node.input.map((name) => scope.shape(name));
  if (shapes.some((shape) => shape === undefined)) return null;
  const rank = Math.max(...shapes.map((shape) => shape?.length ?? 0));
  const inputs: number[] = [];
  const constants: number[] = [];
  /** Axes, counted from the back, that inputs of a lower rank have and that must stay in their places. */
  let fixed = 0;
  for (const [position, name] of node.input.entries()) {
    const shape = shapes[position] ?? [];
    if (shape.every((dim) => dim === 1) && shape.length < rank) continue;
    if (scope.constantProto(name) && isPermutable(scope, name)) {
      if (sizeOf(shape as number[]) !== 1) constants.push(position);
    } else if (shape.length === rank) inputs.push(position);
    else fixed = Math.max(fixed, shape.length);
  }
  if (inputs.length === 0) return null;
  return {
    rank,
    inputs,
    accepts: (label) => label.slice(rank - fixed).every((axis, i) => axis === rank - fixed + i),
    rewrite: (label, weights) =>
      constants.reduce(
        (moved, position) =>
          withInput(moved, position, weights.permuted(node.input[position] as string, label)),
        node,
      ),
  };
};

export const elementwise: Readonly<Record<string, Mover>> = {
  ...Object.fromEntries(KEEPING.filter((name) => !BY_AXES.has(name)).map((name) => [name, unary])),
  ...Object.fromEntries([...BROADCASTING, "PRelu"].map((name) => [name, broadcasting])),
};
