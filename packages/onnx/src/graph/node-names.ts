import type { GraphProto, ModelProto } from "../generated/onnx/onnx-ml_pb.js";
import { changed } from "./changed.js";

/**
 * A name for each node, in the file's order: its own, or OPERATOR_POSITION where it has none or another node has it already.
 * The same file always gives the same names, and no two are equal.
 *
 * @example
 * ```ts
 * const nodes = [["Relu", "act"], ["Exp", ""], ["Relu", "act"]].map(([op, name]) => makeNode(op, ["x"], [], { name }));
 * nodeNames(makeGraph(nodes, "g", [], [])); // => ["act", "Exp_1", "Relu_2"]
 * ```
 */
export function nodeNames(graph: GraphProto): string[] {
  const given = new Set(graph.node.map(({ name }) => name));
  const used = new Set<string>();
  return graph.node.map(({ name, opType }, index) => {
    let unique = name;
    if (name === "" || used.has(name)) {
      unique = `${opType}_${index}`;
      while (given.has(unique) || used.has(unique)) unique += "_";
    }
    used.add(unique);
    return unique;
  });
}

/** The model with {@link nodeNames} written into its nodes, so that a runtime's profile names them the same way. */
export function withNodeNames(model: ModelProto): ModelProto {
  const { graph } = model;
  if (!graph) return model;
  const names = nodeNames(graph);
  const node = graph.node.map((proto, index) => {
    const name = names[index] as string;
    return proto.name === name ? proto : changed(proto, { name });
  });
  return changed(model, { graph: changed(graph, { node }) });
}
