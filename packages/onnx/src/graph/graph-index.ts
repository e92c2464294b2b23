/** A graph as nodes that know whose values they read: what cutting and exposing work on. */
import { CongruentError } from "@congruent/core";
import type { GraphProto, ModelProto, NodeProto, TensorProto } from "../generated/onnx/onnx-ml_pb.js";
import { nodeNames } from "./node-names.js";

export interface GraphNode {
  /** Position in the file. */
  index: number;
  /** Its name in the file, or the one that {@link nodeNames} gives it. */
  name: string;
  proto: NodeProto;
  /** Values that it needs, once each: its inputs, and what its bodies (If, Loop, Scan) take from outside. */
  reads: readonly string[];
  /** Those of them that its bodies take from outside. */
  captured: readonly string[];
  /** Values that it makes; outputs that were left out ("") are not among them. */
  writes: readonly string[];
}

export interface GraphIndex {
  graph: GraphProto;
  nodes: readonly GraphNode[];
  producerOf: ReadonlyMap<string, GraphNode>;
  consumersOf: ReadonlyMap<string, readonly GraphNode[]>;
  /** Initializers, by name. */
  weights: ReadonlyMap<string, TensorProto>;
  /** What the graph is fed with; weights that old files list among the inputs are left out. */
  inputs: ReadonlySet<string>;
  /** Values that no input changes and no node computes: initializers, sparse ones too, and what Constant nodes hold. */
  constants: ReadonlySet<string>;
}

/**
 * Who makes and who reads each value of a model's graph. Bodies of If, Loop and Scan belong to their node.
 *
 * @throws CongruentError `E_ONNX_INVALID` for a model without a graph or a value that two nodes make.
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [makeNode("Relu", ["x"], ["h"]), makeNode("Exp", ["h"], ["y"])];
 * const index = indexGraph(makeModel(makeGraph(nodes, "g", [value("x")], [value("y")])));
 * index.producerOf.get("y").proto.opType; // => "Exp"
 * index.consumersOf.get("x").map((node) => node.index); // => [0]
 * ```
 */
export function indexGraph(model: ModelProto): GraphIndex {
  const { graph } = model;
  if (!graph) throw new CongruentError({ code: "E_ONNX_INVALID", what: "the model has no graph" });
  const names = nodeNames(graph);
  const nodes = graph.node.map((proto, index): GraphNode => {
    const captured = proto.attribute.flatMap((attribute) =>
      bodies(attribute).flatMap((g) => [...freeValues(g)]),
    );
    return {
      index,
      name: names[index] as string,
      proto,
      captured: [...new Set(captured)],
      reads: [...new Set([...proto.input, ...captured])].filter((value) => value !== ""),
      writes: proto.output.filter((value) => value !== ""),
    };
  });
  const producerOf = new Map<string, GraphNode>();
  const consumersOf = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    for (const value of node.writes) {
      const other = producerOf.get(value);
      if (other) throw twice(value, other, node);
      producerOf.set(value, node);
    }
    for (const value of node.reads) {
      const consumers = consumersOf.get(value);
      if (consumers) consumers.push(node);
      else consumersOf.set(value, [node]);
    }
  }
  const weights = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const sparse = graph.sparseInitializer.flatMap(({ values }) => (values ? [values.name] : []));
  const held = nodes.filter((node) => node.proto.opType === "Constant").flatMap((node) => node.writes);
  const constants = new Set([...weights.keys(), ...sparse, ...held]);
  const inputs = graph.input
    .map(({ name }) => name)
    .filter((name) => !weights.has(name) && !sparse.includes(name));
  return { graph, nodes, producerOf, consumersOf, weights, inputs: new Set(inputs), constants };
}

/** The graphs that an attribute holds. */
export function bodies({ g, graphs }: NodeProto["attribute"][number]): GraphProto[] {
  return g ? [g, ...graphs] : graphs;
}

/** Values that a body takes from the graph around it. */
function freeValues(graph: GraphProto): Set<string> {
  const own = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.sparseInitializer.map(({ values }) => values?.name ?? ""),
    ...graph.node.flatMap(({ output }) => output),
  ]);
  const free = new Set<string>();
  const read = (value: string) => {
    if (value !== "" && !own.has(value)) free.add(value);
  };
  for (const node of graph.node) {
    node.input.forEach(read);
    for (const body of node.attribute.flatMap(bodies)) freeValues(body).forEach(read);
  }
  for (const { name } of graph.output) read(name);
  return free;
}

function twice(value: string, first: GraphNode, second: GraphNode): CongruentError {
  return new CongruentError({
    code: "E_ONNX_INVALID",
    what: `the value ${value} is made twice: by the nodes ${first.name} and ${second.name}`,
    expected: "each value made by one node",
    fix: "export the model again",
  });
}
