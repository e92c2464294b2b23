/**
 * A Flatten or Reshape to rows of features that dense layers alone read: another order of the axes is another order of the features, which
 * the layers' weights can have as well.
 */
import { type GraphNode, NodeFacts, type NodeProto } from "@congruent/onnx";
import { withInput } from "../../attributes.js";
import type { Scope } from "../../scope.js";
import { known } from "../../shapes/shape.js";
import { isPermutable } from "../../weights.js";
import type { Mover, Weights } from "../mover.js";
import type { Permutation } from "../permutation.js";

const mover: Mover = (node, scope) => {
  const [given = "", target = ""] = node.input;
  const [made = ""] = node.output;
  const shape = scope.shape(given);
  const features = shape && known(shape.slice(1));
  if (!shape || shape.length < 3 || !features) return null;
  const flat = scope.shape(made);
  // A size that is copied from an axis would be another one in another order.
  if (flat?.length !== 2 || flat[1] !== features || scope.integers(target)?.[1] === 0) return null;
  const readers = scope.index.consumersOf.get(made) ?? [];
  if (
    scope.isOutput(made) ||
    readers.length === 0 ||
    !readers.every((reader) => isDense(reader, made, scope))
  )
    return null;
  return {
    rank: shape.length,
    inputs: [0],
    accepts: (label) => label[0] === 0,
    outputOrder: () => [0, 1],
    fromOutput: () => null,
    others: (label, weights, name) =>
      new Map(
        readers.map(({ index, proto }) => [
          index,
          reordered(proto, name, shape.slice(1) as number[], label, weights),
        ]),
      ),
  };
};

function isDense({ proto }: GraphNode, made: string, scope: Scope): boolean {
  const operator = scope.operator(proto);
  const [a, b = ""] = proto.input;
  const matrices =
    operator === "MatMul" || (operator === "Gemm" && scope.factsOf(proto).int("transA", 0) === 0);
  const once = proto.input.filter((name) => name === made).length === 1;
  return (
    matrices && a === made && once && scope.constantProto(b)?.dims.length === 2 && isPermutable(scope, b)
  );
}

function reordered(
  dense: NodeProto,
  name: string,
  dims: readonly number[],
  label: Permutation,
  weights: Weights,
): NodeProto {
  const inner = label.slice(1).map((axis) => axis - 1);
  const last = dense.opType === "Gemm" && new NodeFacts(dense, 1, []).int("transB", 0) === 1;
  const order = last ? [0, ...inner.map((axis) => axis + 1)] : [...inner, dims.length];
  const weight = weights.regrouped(
    dense.input[1] as string,
    (rows) => (last ? [rows[0] as number, ...dims] : [...dims, rows[1] as number]),
    order,
  );
  return withInput(withInput(dense, 0, name), 1, weight);
}

export const flatten: Readonly<Record<string, Mover>> = { Flatten: mover, Reshape: mover };
