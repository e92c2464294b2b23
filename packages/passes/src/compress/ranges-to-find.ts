import { inlineFunctions, type ModelProto, withNodeNames } from "@congruent/onnx";
import { freshNames } from "../fresh-names.js";
import { GraphScope } from "../graph-scope.js";
import { valuesToCalibrate } from "./formats/int8-static.js";

/**
 * The values whose ranges `int8-static` needs to be told: what the products of the main graph read, by name.
 *
 * @param keep names of nodes that stay float32. Default: none
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [1, 2]);
 * const w = makeTensor("w", tensor("float32", new Float32Array(4), [2, 2]));
 * const nodes = [makeNode("Relu", ["x"], ["h"]), makeNode("MatMul", ["h", "w"], ["y"])];
 * rangesToFind(makeModel(makeGraph(nodes, "g", [value("x")], [value("y")], [w]))); // => ["h"]
 * ```
 */
export function rangesToFind(model: ModelProto, keep: ReadonlySet<string> = new Set()): string[] {
  const named = withNodeNames(inlineFunctions(model));
  const facts = { model: named, fresh: freshNames(named) };
  return valuesToCalibrate(new GraphScope(facts, named.graph as NonNullable<typeof named.graph>), { keep });
}
