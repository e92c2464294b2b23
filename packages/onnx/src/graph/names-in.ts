import type { GraphProto } from "../generated/onnx/onnx-ml_pb.js";
import { bodies } from "./graph-index.js";

/**
 * Every name that a graph or a body in it gives a value or a node: what a new one must not be called.
 *
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * [...namesIn(makeGraph([makeNode("Relu", ["x"], ["y"], { name: "act" })], "g", [value("x")], [value("y")]))]; // => ["x", "y", "act"]
 * ```
 */
export function namesIn(graph: GraphProto, names: Set<string> = new Set()): Set<string> {
  for (const { name } of [...graph.input, ...graph.output, ...graph.initializer, ...graph.valueInfo])
    names.add(name);
  for (const { values } of graph.sparseInitializer) if (values) names.add(values.name);
  for (const node of graph.node) {
    for (const name of [node.name, ...node.input, ...node.output]) names.add(name);
    for (const body of node.attribute.flatMap(bodies)) namesIn(body, names);
  }
  return names;
}
