/** Other names for the values that a node reads. */
import type { AttributeProto, GraphProto, NodeProto, ValueInfoProto } from "../generated/onnx/onnx-ml_pb.js";
import { changed } from "./changed.js";

/**
 * The node with what it reads renamed, in its bodies too. What a body names itself hides the outer value and stays.
 *
 * @example
 * ```ts
 * renameReads(makeNode("Add", ["a", "b"], ["y"]), new Map([["a", "z"]])).input; // => ["z", "b"]
 * ```
 */
export function renameReads(node: NodeProto, names: ReadonlyMap<string, string>): NodeProto {
  const input = node.input.map((value) => names.get(value) ?? value);
  return changed(node, {
    input,
    attribute: node.attribute.map((attribute) => renameBodies(attribute, names)),
  });
}

function renameBodies(attribute: AttributeProto, names: ReadonlyMap<string, string>): AttributeProto {
  if (!attribute.g && attribute.graphs.length === 0) return attribute;
  const { g, graphs } = attribute;
  return changed(attribute, {
    ...(g ? { g: renameIn(g, names) } : {}),
    graphs: graphs.map((graph) => renameIn(graph, names)),
  });
}

function renameIn(body: GraphProto, outer: ReadonlyMap<string, string>): GraphProto {
  const names = new Map(outer);
  // What the body names itself hides the outer value.
  for (const { name } of [...body.input, ...body.initializer]) names.delete(name);
  for (const value of body.node.flatMap(({ output }) => output)) names.delete(value);
  const renamed = (value: ValueInfoProto) => {
    const name = names.get(value.name);
    return name === undefined ? value : changed(value, { name });
  };
  return changed(body, {
    node: body.node.map((node) => renameReads(node, names)),
    output: body.output.map(renamed),
  });
}
