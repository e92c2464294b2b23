/** Convolution and pooling. */
import type { NodeFacts } from "@congruent/onnx";
import type { Dim } from "../shape.js";
import type { ShapeRule } from "../shape-call.js";

/** Sizes after a window has passed over an input. */
function passed(facts: NodeFacts, spatial: readonly Dim[], kernel: readonly Dim[]): Dim[] {
  const strides = facts.ints("strides") ?? [];
  const dilations = facts.ints("dilations") ?? [];
  const pads = facts.ints("pads") ?? [];
  const mode = facts.text("auto_pad", "NOTSET");
  const round = facts.int("ceil_mode", 0) === 1 ? null : Math.floor;
  return spatial.map((size, i) => {
    const [stride, window] = [strides[i] ?? 1, kernel[i]];
    if (typeof size !== "number" || typeof window !== "number") return null;
    if (mode === "SAME_UPPER" || mode === "SAME_LOWER") return Math.ceil(size / stride);
    // What is beyond the last whole window counts in ways that changed between versions.
    if (round === null) return null;
    const reach = (window - 1) * (dilations[i] ?? 1) + 1;
    const padded = mode === "VALID" ? size : size + (pads[i] ?? 0) + (pads[i + spatial.length] ?? 0);
    return round((padded - reach) / stride) + 1;
  });
}

const conv: ShapeRule = ({ node, scope, shape }) => {
  const [x, w] = [shape(0), shape(1)];
  if (!x) return [];
  return [[x[0] as Dim, w?.[0] ?? null, ...passed(scope.factsOf(node), x.slice(2), w?.slice(2) ?? [])]];
};

const pool: ShapeRule = ({ node, scope, shape }) => {
  const x = shape(0);
  const facts = scope.factsOf(node);
  if (!x) return [];
  const dims = [...x.slice(0, 2), ...passed(facts, x.slice(2), facts.ints("kernel_shape") ?? [])];
  return node.output.map(() => dims);
};

const transposed: ShapeRule = ({ node, scope, shape }) => {
  const [x, w] = [shape(0), shape(1)];
  if (!x) return [];
  const channels = w?.[1];
  const groups = scope.factsOf(node).int("group", 1);
  return [
    [x[0] as Dim, typeof channels === "number" ? channels * groups : null, ...x.slice(2).map(() => null)],
  ];
};

const overall: ShapeRule = ({ shape }) => {
  const x = shape(0);
  return x ? [x.map((dim, axis) => (axis < 2 ? dim : 1))] : [];
};

export const windows: Readonly<Record<string, ShapeRule>> = {
  ...{ Conv: conv, ConvTranspose: transposed },
  ...{ AveragePool: pool, MaxPool: pool, LpPool: pool },
  ...{ GlobalAveragePool: overall, GlobalMaxPool: overall, GlobalLpPool: overall },
};
