import type { ParityReport } from "@congruent/core/schemas";
import { indexGraph, type ModelProto } from "@congruent/onnx";

/** The most nodes that a report keeps for drawing: a larger drawing cannot be read. */
const MOST = 2000;

/** A model's nodes and the values between them, for a report; null where there are too many to draw. */
export function graphOf(model: ModelProto): ParityReport["graph"] {
  const { nodes, constants, graph, inputs } = indexGraph(model);
  if (nodes.length > MOST) return null;
  return {
    nodes: nodes
      // Constants are treated as weights.
      .filter((node) => node.proto.opType !== "Constant")
      .map(({ name, proto, reads, writes }) => ({
        name,
        opType: proto.opType,
        inputs: reads.filter((value) => !constants.has(value)),
        outputs: [...writes],
      })),
    inputs: [...inputs],
    outputs: graph.output.map(({ name }) => name),
  };
}
