import { create } from "@bufbuild/protobuf";
import { CongruentError } from "@congruent/core";
import { CARD_KEY } from "@congruent/core/schemas";
import { GraphProtoSchema, type ModelProto } from "../generated/onnx/onnx-ml_pb.js";
import { changed } from "./changed.js";
import { noValue } from "./expose.js";
import { type GraphIndex, type GraphNode, indexGraph } from "./graph-index.js";
import { declareValue, type KnownTypes, valueTypes } from "./value-types.js";

export interface ExtractOptions {
  /** Values at which the graph is cut: they become inputs. The model's own inputs stay inputs where they are still needed. */
  inputs?: readonly string[];
  /** Values that the part gives. */
  outputs: readonly string[];
  /** Types of values, where they are known better than the file tells. */
  types?: KnownTypes;
}

/**
 * The part of a model that computes some values from others: a model of its own, with the nodes and weights that this takes and no
 * others. Names stay. A card is left out, as it describes the whole. Shares its weights with the model given, which stays as it is.
 *
 * @throws CongruentError `E_VALUE_NAME` for a value that the model does not have, `E_VALUE_TYPE` for an input whose element type is unknown.
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [makeNode("Relu", ["x"], ["h"]), makeNode("Exp", ["h"], ["e"]), makeNode("Neg", ["e"], ["y"])];
 * const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]));
 * const part = extract(model, { inputs: ["h"], outputs: ["e"] });
 * part.graph.node.map((node) => node.opType); // => ["Exp"]
 * modelInterface(part).inputs; // => [{ name: "h", dtype: "float32", dims: null }]
 * ```
 */
export function extract(model: ModelProto, { inputs = [], outputs, types = {} }: ExtractOptions): ModelProto {
  const index = indexGraph(model);
  const { graph } = index;
  const cuts = new Set(inputs);
  for (const name of [...inputs, ...outputs]) {
    const there = index.producerOf.has(name) || index.inputs.has(name) || index.constants.has(name);
    if (!there) throw noValue(name, index);
  }
  const { nodes, values } = whatItTakes(index, outputs, cuts);
  const known = valueTypes(model, types);
  const declare = (name: string) => declareValue(name, known.get(name));
  // Old files (IR 3) list the weights among the inputs, and must.
  const own = graph.input.filter(({ name }) => values.has(name) && !cuts.has(name));
  const cut = [...cuts].filter((name) => values.has(name));
  for (const name of cut) if (!known.has(name)) throw noType(name);
  const inner = new Set([...values].filter((name) => !cuts.has(name)));
  const part = create(GraphProtoSchema, {
    name: graph.name || "part",
    docString: graph.docString,
    node: graph.node.filter((_, position) => nodes.has(position)),
    input: [...own.map(({ name }) => declare(name)), ...cut.map(declare)],
    output: [...new Set(outputs)].map(declare),
    initializer: graph.initializer.filter(({ name }) => inner.has(name)),
    sparseInitializer: graph.sparseInitializer.filter((sparse) => inner.has(sparse.values?.name ?? "")),
    valueInfo: graph.valueInfo.filter(({ name }) => inner.has(name) && !outputs.includes(name)),
    quantizationAnnotation: graph.quantizationAnnotation.filter(({ tensorName }) => values.has(tensorName)),
  });
  const metadataProps = model.metadataProps.filter(({ key }) => key !== CARD_KEY);
  return changed(model, { graph: part, metadataProps, trainingInfo: [] });
}

/**
 * One node as a model of its own: its inputs that are computed become the model's inputs, weights and constants stay inside.
 *
 * @param which position in the file, or the node's name as {@link nodeNames} gives it
 * @throws CongruentError `E_NODE_NAME` for a node that is not there, `E_VALUE_TYPE` for an input whose element type is unknown.
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [makeNode("Relu", ["x"], ["h"]), makeNode("Exp", ["h"], ["y"])];
 * const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]));
 * singleNode(model, 1).graph.input[0].name; // => "h"
 * ```
 */
export function singleNode(model: ModelProto, which: number | string, types: KnownTypes = {}): ModelProto {
  const index = indexGraph(model);
  const node = index.nodes.find(({ index: position, name }) => which === position || which === name);
  if (!node) {
    throw new CongruentError({
      code: "E_NODE_NAME",
      what: `the model has no node ${which}`,
      expected: `a name, or a position below ${index.nodes.length}`,
    });
  }
  return extract(model, {
    inputs: node.reads.filter((value) => !index.constants.has(value)),
    outputs: node.writes,
    types,
  });
}

/** Positions of the nodes that the outputs need, and all values that these read or make, down to the cuts. */
function whatItTakes(
  index: GraphIndex,
  outputs: readonly string[],
  cuts: ReadonlySet<string>,
): { nodes: Set<number>; values: Set<string> } {
  const nodes = new Set<number>();
  const values = new Set<string>();
  const open = [...outputs];
  const take = (node: GraphNode) => {
    nodes.add(node.index);
    for (const value of node.writes) values.add(value);
    open.push(...node.reads);
  };
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    values.add(value);
    const producer = cuts.has(value) ? undefined : index.producerOf.get(value);
    if (producer && !nodes.has(producer.index)) take(producer);
  }
  return { nodes, values };
}

function noType(name: string): CongruentError {
  return new CongruentError({
    code: "E_VALUE_TYPE",
    what: `the value ${name} cannot become an input: its element type is not known`,
    fix: "give its type, or run the onnx package's shape inference over the file",
  });
}
