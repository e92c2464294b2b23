import type { GraphProto, NodeProto, TypeProto } from "../generated/onnx/onnx-ml_pb.js";

/** Operators whose first output has the shape of their first input. */
const KEEPING = new Set(
  (
    "Abs Cast Ceil Clip DequantizeLinear Dropout Elu Erf Exp Floor HardSigmoid HardSwish Identity InstanceNormalization LeakyRelu Log " +
    "LogSoftmax Neg PRelu QuantizeLinear Reciprocal Relu Round Selu Sigmoid Sign Softmax Softplus Softsign Sqrt Tanh"
  ).split(" "),
);

/**
 * Shapes that a graph fixes before it runs: of its weights, constants and inputs (−1 where a size is open), and of what keeps them. What
 * the file says of inner values is not among them: runtimes do not hold it to that.
 *
 * @param outer shapes of the graph around this one
 */
export function knownShapes(
  graph: GraphProto,
  outer: ReadonlyMap<string, readonly number[]> = new Map(),
): Map<string, readonly number[]> {
  const shapes = new Map(outer);
  for (const { name, type } of graph.input) {
    const dims = declared(type);
    if (dims) shapes.set(name, dims);
    else shapes.delete(name);
  }
  for (const { name, dims } of graph.initializer) shapes.set(name, dims.map(Number));
  for (const { values, dims } of graph.sparseInitializer)
    if (values) shapes.set(values.name, dims.map(Number));
  for (const node of graph.node) {
    const own = made(node, shapes);
    node.output.forEach((name, place) => {
      if (own && place === 0) shapes.set(name, own);
      else shapes.delete(name);
    });
  }
  return shapes;
}

function made(
  node: NodeProto,
  shapes: ReadonlyMap<string, readonly number[]>,
): readonly number[] | undefined {
  if (node.domain !== "" && node.domain !== "ai.onnx") return undefined;
  if (node.opType === "Constant") {
    return node.attribute.find(({ name }) => name === "value")?.t?.dims.map(Number);
  }
  return KEEPING.has(node.opType) ? shapes.get(node.input[0] ?? "") : undefined;
}

function declared(type: TypeProto | undefined): number[] | undefined {
  if (type?.value.case !== "tensorType") return undefined;
  return type.value.value.shape?.dim.map(({ value }) =>
    value.case === "dimValue" ? Number(value.value) : -1,
  );
}
