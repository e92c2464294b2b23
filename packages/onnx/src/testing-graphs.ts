/** Small graphs of the kinds that people ship, with seeded weights: for tests of what works on any model. */

import { create } from "@bufbuild/protobuf";
import { sizeOf, type Tensor, tensor } from "@congruent/core";
import { makeGraph, makeModel, makeNode, makeTensor, makeTensorValueInfo } from "./builder.js";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  type ModelProto,
  type NodeProto,
} from "./generated/onnx/onnx-ml_pb.js";

/** Numbers in [-1, 1), the same for the same seed (a linear congruential generator: enough for weights). */
export function seededNumbers(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function weight(name: string, dims: number[], next: () => number, scale = 1) {
  const size = sizeOf(dims);
  return makeTensor(
    name,
    tensor(
      "float32",
      Float32Array.from({ length: size }, () => next() * scale),
      dims,
    ),
  );
}

function numbers(name: string, values: readonly number[]) {
  return makeTensor(name, tensor("int64", BigInt64Array.from(values.map(BigInt)), [values.length]));
}

/** One head of self-attention with a residual connection and layer normalization: x float32 [batch, 6, 8] → y of the same shape. */
export function attentionBlock(seed = 1): ModelProto {
  const next = seededNumbers(seed);
  const nodes = [
    makeNode("MatMul", ["x", "wq"], ["q"]),
    makeNode("MatMul", ["x", "wk"], ["k"]),
    makeNode("MatMul", ["x", "wv"], ["v"]),
    makeNode("Transpose", ["k"], ["kt"], { attributes: { perm: [0n, 2n, 1n] } }),
    makeNode("MatMul", ["q", "kt"], ["scores"]),
    makeNode("Mul", ["scores", "scale"], ["scaled"]),
    makeNode("Softmax", ["scaled"], ["weights"], { attributes: { axis: -1n } }),
    makeNode("MatMul", ["weights", "v"], ["context"]),
    makeNode("Add", ["x", "context"], ["sum"]),
    makeNode("LayerNormalization", ["sum", "gamma", "beta"], ["y"], { attributes: { axis: -1n } }),
  ];
  return makeModel(
    makeGraph(
      nodes,
      "attention",
      [makeTensorValueInfo("x", "float32", ["batch", 6, 8])],
      [makeTensorValueInfo("y", "float32", ["batch", 6, 8])],
      [
        ...["wq", "wk", "wv"].map((name) => weight(name, [8, 8], next)),
        makeTensor("scale", tensor("float32", Float32Array.of(8 ** -0.5), [])),
        weight("gamma", [8], next),
        weight("beta", [8], next),
      ],
    ),
  );
}

/** A residual block as tf2onnx writes one: x float32 [batch, 8, 8, 3] → label int64 [batch], probabilities float32 [batch, 5]. */
export function residualBlock(seed = 1): ModelProto {
  const next = seededNumbers(seed);
  const pads = { pads: [1n, 1n, 1n, 1n], kernel_shape: [3n, 3n] };
  const nodes = [
    makeNode("Transpose", ["x"], ["nchw"], { attributes: { perm: [0n, 3n, 1n, 2n] } }),
    makeNode("Conv", ["nchw", "w1", "b1"], ["c1"], { name: "", attributes: pads }),
    makeNode("BatchNormalization", ["c1", "g", "b", "m", "v"], ["n1"], { attributes: { epsilon: 1e-3 } }),
    makeNode("Relu", ["n1"], ["r1"], { name: "" }),
    makeNode("Conv", ["r1", "w2"], ["c2"], { attributes: pads }),
    makeNode("Add", ["c2", "r1"], ["added"]),
    makeNode("MaxPool", ["added"], ["pooled"], { attributes: { kernel_shape: [2n, 2n], strides: [2n, 2n] } }),
    makeNode("GlobalAveragePool", ["pooled"], ["average"]),
    makeNode("Reshape", ["average", "flat"], ["features"]),
    makeNode("Gemm", ["features", "wd", "bd"], ["logits"], { attributes: { transB: 1n } }),
    makeNode("Softmax", ["logits"], ["probabilities"], { attributes: { axis: -1n } }),
    makeNode("ArgMax", ["probabilities"], ["label"], { attributes: { axis: -1n, keepdims: 0n } }),
  ];
  const variance = tensor(
    "float32",
    Float32Array.from({ length: 4 }, () => 0.5 + Math.abs(next())),
    [4],
  );
  return makeModel(
    makeGraph(
      nodes,
      "residual",
      [makeTensorValueInfo("x", "float32", ["batch", 8, 8, 3])],
      [
        makeTensorValueInfo("label", "int64", ["batch"]),
        makeTensorValueInfo("probabilities", "float32", ["batch", 5]),
      ],
      [
        weight("w1", [4, 3, 3, 3], next, 0.4),
        weight("b1", [4], next),
        weight("w2", [4, 4, 3, 3], next, 0.4),
        ...["g", "b", "m"].map((name) => weight(name, [4], next)),
        makeTensor("v", variance),
        numbers("flat", [-1, 4]),
        weight("wd", [5, 4], next),
        weight("bd", [5], next),
      ],
    ),
  );
}

/** An If whose branches read values of the graph around them, and a Constant node: x float32 [4] → y float32 [4]. */
export function branchingModel(): ModelProto {
  const body = (opType: string, given: string): GraphProto =>
    makeGraph([makeNode(opType, ["h"], [given])], given, [], [makeTensorValueInfo(given, "float32", [4])]);
  const branch = (name: string, g: GraphProto) =>
    create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g });
  const choose: NodeProto = makeNode("If", ["positive"], ["chosen"]);
  choose.attribute = [
    branch("then_branch", body("Sqrt", "root")),
    branch("else_branch", body("Neg", "minus")),
  ];
  const half: Tensor = tensor("float32", Float32Array.of(0.5), []);
  const nodes = [
    makeNode("Constant", [], ["half"], { attributes: { value: makeTensor("", half) } }),
    makeNode("Abs", ["x"], ["magnitude"]),
    makeNode("Add", ["magnitude", "half"], ["h"]),
    makeNode("ReduceSum", ["x"], ["total"], { attributes: { keepdims: 0n } }),
    makeNode("Greater", ["total", "half"], ["positive"]),
    choose,
    makeNode("Mul", ["chosen", "h"], ["y"]),
  ];
  const value = (name: string) => makeTensorValueInfo(name, "float32", [4]);
  return makeModel(makeGraph(nodes, "branching", [value("x")], [value("y")]));
}

/** All of them, by name, with the shape of their one input x. */
export const sampleGraphs: Readonly<Record<string, { model: ModelProto; dims: readonly number[] }>> = {
  attention: { model: attentionBlock(), dims: [3, 6, 8] },
  residual: { model: residualBlock(), dims: [3, 8, 8, 3] },
  branching: { model: branchingModel(), dims: [4] },
};
