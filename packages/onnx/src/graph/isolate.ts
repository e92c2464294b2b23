import { CARD_KEY } from "@congruent/core/schemas";
import type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  ValueInfoProto,
} from "../generated/onnx/onnx-ml_pb.js";
import { changed } from "./changed.js";
import { indexGraph } from "./graph-index.js";
import { declareValue, type KnownTypes, valueTypes } from "./value-types.js";

export interface Isolated {
  model: ModelProto;
  /** The inputs that stand for inner values: the input's name → the value of the original model that it is to be fed with. */
  given: Readonly<Record<string, string>>;
  /** Values that could not be cut, as their type is unknown or they are no tensors: their nodes still hang together. */
  uncut: readonly string[];
}

/**
 * The model with all connections between nodes cut: every computed value that a node reads becomes an input, and every value that a node
 * makes an output, so that one run evaluates each node by itself on the values given. Weights and Constant nodes stay where they are. The
 * outputs keep the values' names, and the model's own inputs theirs.
 *
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [makeNode("Relu", ["x"], ["h"]), makeNode("Exp", ["h"], ["y"])];
 * const { model, given } = isolate(makeModel(makeGraph(nodes, "g", [value("x")], [value("y")])));
 * given; // => { "h/given": "h" }
 * model.graph.node[1].input; // => ["h/given"]
 * model.graph.output.map((output) => output.name); // => ["h", "y"]
 * ```
 */
export function isolate(source: ModelProto, types: KnownTypes = {}): Isolated {
  const { graph, nodes, producerOf, consumersOf, constants } = indexGraph(source);
  const known = valueTypes(source, types);
  const computed = [...producerOf.keys()].filter((value) => !constants.has(value));
  const taken = new Set([...known.keys(), ...producerOf.keys(), ...consumersOf.keys()]);
  const names = new Map<string, string>();
  const uncut: string[] = [];
  for (const value of computed.filter((name) => consumersOf.has(name))) {
    if (known.get(value)?.value.case !== "tensorType") uncut.push(value);
    else names.set(value, freshName(`${value}/given`, taken));
  }
  const inputs = [...names].map(([value, name]) => declareValue(name, known.get(value)));
  const part = changed(graph, {
    node: nodes.map(({ proto, reads }) =>
      reads.some((value) => names.has(value)) ? rename(proto, names) : proto,
    ),
    input: [...graph.input, ...inputs],
    output: computed.map((name) => declareValue(name, known.get(name))),
    valueInfo: graph.valueInfo.filter(({ name }) => constants.has(name)),
  });
  const metadataProps = source.metadataProps.filter(({ key }) => key !== CARD_KEY);
  return {
    model: changed(source, { graph: part, metadataProps, trainingInfo: [] }),
    given: Object.fromEntries([...names].map(([value, name]) => [name, value])),
    uncut,
  };
}

function freshName(wish: string, taken: Set<string>): string {
  let name = wish;
  while (taken.has(name)) name += "_";
  taken.add(name);
  return name;
}

/** The node with what it reads renamed, in its bodies too. */
function rename(node: NodeProto, names: ReadonlyMap<string, string>): NodeProto {
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
    node: body.node.map((node) => rename(node, names)),
    output: body.output.map(renamed),
  });
}
