import { extract, type GraphNode, indexGraph, type KnownTypes, type ModelProto } from "@congruent/onnx";

/**
 * Some nodes of a model as a model of their own: what others compute for them becomes an input, what they make an output.
 *
 * @param outputs what it gives; all that the nodes make unless told
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
