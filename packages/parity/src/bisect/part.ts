import { extract, type GraphNode, indexGraph, type KnownTypes, type ModelProto } from "@congruent/onnx";

/**
 * Some nodes of a model as a model of their own: what other nodes compute for them becomes an input, and what they compute an output.
 *
 * @param outputs outputs of the part. Default: all values that its nodes compute
 */
export function partOf(
  model: ModelProto,
  nodes: readonly GraphNode[],
  types: KnownTypes,
  outputs: readonly string[] = nodes.flatMap(({ writes }) => writes),
): ModelProto {
  const own = new Set(nodes.flatMap(({ writes }) => writes));
  const { constants } = indexGraph(model);
  const inputs = nodes.flatMap(({ reads }) => reads).filter((name) => !own.has(name) && !constants.has(name));
  return extract(model, { inputs: [...new Set(inputs)], outputs, types });
}
