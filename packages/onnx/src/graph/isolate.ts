import { CARD_KEY } from "@congruent/core/schemas";
import type { ModelProto } from "../generated/onnx/onnx-ml_pb.js";
import { changed } from "./changed.js";
import { indexGraph } from "./graph-index.js";
import { renameReads } from "./rename-reads.js";
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
      reads.some((value) => names.has(value)) ? renameReads(proto, names) : proto,
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
