import type { AttributeProto, GraphProto, ModelProto, TensorProto } from "./generated/onnx/onnx-ml_pb.js";
import { TensorProto_DataType } from "./generated/onnx/onnx-ml_pb.js";

const FLOATS: ReadonlySet<number> = new Set([
  TensorProto_DataType.FLOAT,
  TensorProto_DataType.FLOAT16,
  TensorProto_DataType.BFLOAT16,
  TensorProto_DataType.DOUBLE,
]);

/**
 * How many floating-point numbers a model keeps in arrays: weights, and what classical models hold in attributes (support vectors,
 * thresholds of trees). Single numbers, such as a scale, and shapes are no parameters. What an exporter has merged (a batch
 * normalization into the convolution before it) is counted as it lies in the file.
 *
 * @example
 * ```ts
 * const weight = makeTensor("w", { data: new Float32Array(6), dims: [2, 3], dtype: "float32" });
 * parameterCount(makeModel(makeGraph([], "g", [], [], [weight]))); // => 6
 * ```
 */
export function parameterCount(model: ModelProto): number {
  return model.graph ? inGraph(model.graph) : 0;
}

function inGraph({ initializer, node }: GraphProto): number {
  return sum(initializer, inTensor) + sum(node, ({ attribute }) => sum(attribute, inAttribute));
}

function inAttribute({ t, tensors, floats, g, graphs }: AttributeProto): number {
  const list = floats.length > 1 ? floats.length : 0;
  return list + (t ? inTensor(t) : 0) + sum(tensors, inTensor) + (g ? inGraph(g) : 0) + sum(graphs, inGraph);
}

function inTensor({ dataType, dims }: TensorProto): number {
  if (!FLOATS.has(dataType) || dims.length === 0) return 0;
  return dims.reduce((product, dim) => product * Number(dim), 1);
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}
