import { changed, type GraphNode, makeNode, type NodeProto, ONNX_DTYPES } from "@congruent/onnx";
import type { Fusion } from "../fusions/fusion.js";
import { fusions } from "../fusions/index.js";
import { type Found, nothingFound } from "../fusions/pattern.js";
import type { Pass } from "../pass.js";
import { cameFrom } from "../provenance.js";
import type { Scope } from "../scope.js";
import { NewWeights } from "../weights.js";

/** Puts one operator in the place of several that compute the same, where the model's operator set has it. */
export const fuseActivations: Pass = {
  title: "fuses activations and normalizations that ONNX has an operator for",
  run(scope) {
    const weights = new NewWeights(scope);
    const replaced = new Map<number, NodeProto>();
    const gone = new Set<number>();
    // From the end: the largest expression first.
    for (const node of scope.index.nodes.toReversed()) {
      if (gone.has(node.index)) continue;
      const made = fused(node, scope, gone, weights);
      if (!made) continue;
      replaced.set(node.index, made.node);
      for (const index of made.inner) gone.add(index);
    }
    if (replaced.size === 0) return scope.graph;
    const node = scope.graph.node.flatMap((each, index) =>
      replaced.has(index) ? [replaced.get(index) as NodeProto] : gone.has(index) ? [] : [each],
    );
    return weights.addedTo(changed(scope.graph, { node }));
  },
};

function fused(root: GraphNode, scope: Scope, gone: ReadonlySet<number>, weights: NewWeights) {
  const [name = ""] = root.proto.output;
  for (const fusion of Object.values(fusions)) {
    if (scope.opset < fusion.since) continue;
    const found = nothingFound();
    if (!fusion.pattern(name, scope, found) || !isWhole(root, found, scope, gone)) continue;
    if (!(fusion.holds?.(found, scope) ?? true)) continue;
    return { node: made(fusion, found, root.proto, weights), inner: innerOf(root, found, scope) };
  }
  return null;
}

/** Whether nothing else reads what is inside, and it is of the type that patterns are written for. */
function isWhole(root: GraphNode, found: Found, scope: Scope, gone: ReadonlySet<number>): boolean {
  const x = found.values.get("x") as string;
  if (scope.elementType(x) !== ONNX_DTYPES.float32) return false;
  // A constant with more axes than x would give the result its own.
  if (found.rank > (scope.rank(x) ?? 0)) return false;
  const inner = innerOf(root, found, scope);
  const inside = new Set([root.index, ...inner]);
  return inner.every((index) => {
    const [output = "", ...others] = (scope.index.nodes[index] as GraphNode).proto.output;
    const readers = scope.index.consumersOf.get(output) ?? [];
    const alone = readers.every((reader) => inside.has(reader.index)) && !scope.isOutput(output);
    return alone && !gone.has(index) && others.every((other) => other === "");
  });
}

function innerOf(root: GraphNode, { nodes }: Found, scope: Scope): number[] {
  const indexes = nodes.map(({ output }) => scope.index.producerOf.get(output[0] as string)?.index as number);
  return [...new Set(indexes)].filter((index) => index !== root.index);
}

function made(fusion: Fusion, found: Found, root: NodeProto, weights: NewWeights): NodeProto {
  const input = (fusion.inputs?.(found) ?? ["x"]).map((each) =>
    typeof each === "string"
      ? (found.values.get(each) as string)
      : weights.add(`${root.name}/limit`, { dtype: "float32", dims: [], data: Float64Array.of(each) }),
  );
  const node = makeNode(fusion.operator, input, [root.output[0] as string], {
    name: root.name,
    attributes: fusion.attributes?.(found) ?? {},
  });
  return cameFrom(node, [...new Set(found.nodes)].reverse());
}
