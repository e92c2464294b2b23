import { CongruentError } from "@congruent/core";
import type { ModelProto } from "../generated/onnx/onnx-ml_pb.js";
import { changed } from "./changed.js";
import { type GraphIndex, indexGraph } from "./graph-index.js";
import { declareValue, type KnownTypes, valueTypes } from "./value-types.js";

/**
 * The model with inner values as further outputs, after its own, in the order given. Shares its weights with the model given, which stays
 * as it is. Element types are declared where they follow from the operators, shapes where the file or `types` says them.
 *
 * @param names values that nodes make; the model's outputs among them are not repeated
 * @throws CongruentError `E_VALUE_NAME` for a name that no node makes.
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [makeNode("Relu", ["x"], ["h"]), makeNode("Exp", ["h"], ["y"])];
 * const model = makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]));
 * expose(model, ["h"]).graph.output.map((output) => output.name); // => ["y", "h"]
 * modelInterface(expose(model, ["h"])).outputs[1].dtype; // => "float32"
 * ```
 */
export function expose(model: ModelProto, names: readonly string[], types: KnownTypes = {}): ModelProto {
  const index = indexGraph(model);
  const { graph } = index;
  for (const name of names) if (!index.producerOf.has(name)) throw noValue(name, index);
  const present = new Set(graph.output.map(({ name }) => name));
  const known = valueTypes(model, types);
  const added = [...new Set(names)].filter((name) => !present.has(name));
  const output = [...graph.output, ...added.map((name) => declareValue(name, known.get(name)))];
  return changed(model, { graph: changed(graph, { output }) });
}

/**
 * The names of all values that nodes compute, in the file's order; what Constant nodes hold is left out.
 *
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const nodes = [makeNode("Relu", ["x"], ["h"]), makeNode("Exp", ["h"], ["y"])];
 * innerValues(makeModel(makeGraph(nodes, "g", [value("x")], [value("y")]))); // => ["h", "y"]
 * ```
 */
export function innerValues(model: ModelProto): string[] {
  const { nodes, constants } = indexGraph(model);
  return nodes.flatMap((node) => node.writes).filter((value) => !constants.has(value));
}

const MOST_NAMED = 8;

/** The error for a value that the graph does not have. */
export function noValue(name: string, { producerOf }: GraphIndex): CongruentError {
  const names = [...producerOf.keys()];
  const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return new CongruentError({
    code: "E_VALUE_NAME",
    what: `no node of the model makes a value ${name}`,
    expected: `one of ${names.slice(0, MOST_NAMED).join(", ")}${rest}`,
  });
}
