import { broadcast, type Dim, type Shape } from "../shape.js";
import type { ShapeRule } from "../shape-call.js";

const matMul: ShapeRule = ({ shape }) => {
  const [a, b] = [shape(0), shape(1)];
  if (!a || !b || a.length === 0 || b.length === 0) return [];
  const outer = broadcast([a.slice(0, -2), b.slice(0, -2)]) as Shape;
  return [[...outer, ...(a.length > 1 ? [a.at(-2) as Dim] : []), ...(b.length > 1 ? [b.at(-1) as Dim] : [])]];
};

const gemm: ShapeRule = ({ node, scope, shape }) => {
  const [a, b] = [shape(0), shape(1)];
  const facts = scope.factsOf(node);
  if (a?.length !== 2 || b?.length !== 2) return [[null, null]];
  return [[a[facts.int("transA", 0)] as Dim, b[1 - facts.int("transB", 0)] as Dim]];
};

export const linear: Readonly<Record<string, ShapeRule>> = { MatMul: matMul, Gemm: gemm };
