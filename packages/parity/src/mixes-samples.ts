import type { GraphProto, ModelProto, NodeProto } from "@congruent/onnx";

/** They take one scale or mean from everything that they are given, all samples together. */
const MIXING = /^DynamicQuantize/;
const REDUCING = /^(Reduce|ArgM|CumSum|Softmax|LogSoftmax|Hardmax)/;

/**
 * Whether what a model gives for one sample may depend on the others in its batch: it must then be run on the same batches everywhere. A
 * reduction counts if it names the first axis, or no axis at all. What is not known counts as not mixing.
 */
export function mixesSamples({ graph, functions }: ModelProto): boolean {
  const inFunctions = functions.some(({ node }) => node.some(nodeMixes));
  return inFunctions || (graph !== undefined && graphMixes(graph));
}

function graphMixes({ node }: GraphProto): boolean {
  return node.some(nodeMixes);
}

function nodeMixes(node: NodeProto): boolean {
  const { opType, attribute } = node;
  const of = (name: string) => attribute.find((each) => each.name === name);
  if (MIXING.test(opType)) return true;
  if (opType === "BatchNormalization" && of("training_mode")?.i === 1n) return true;
  if (REDUCING.test(opType)) {
    const axes = of("axes")?.ints ?? (of("axis") ? [of("axis")?.i] : null);
    if (axes?.some((axis) => axis === 0n)) return true;
    // From opset 18 on, axes are an input: without it, all are reduced.
    if (opType.startsWith("Reduce") && axes === null && (node.input[1] ?? "") === "") return true;
  }
  return attribute.some(({ g, graphs }) => (g ? [g, ...graphs] : graphs).some(graphMixes));
}
