/** Small models written as a list of nodes. */
import { sizeOf, type Tensor, tensor } from "@congruent/core";
import {
  type ModelProto,
  makeGraph,
  makeModel,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
} from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";

export interface Written {
  nodes: NodeProto[];
  /** Shapes of the inputs, float32, by name. */
  inputs: Readonly<Record<string, readonly number[]>>;
  /** Ranks of the outputs, by name. Default: one output y of the rank of the first input. */
  outputs?: Readonly<Record<string, number>>;
  weights?: Readonly<Record<string, Tensor>>;
  opset?: number;
}

export function modelOf({ nodes, inputs, outputs, weights = {}, opset = 18 }: Written): ModelProto {
  const [[, first] = ["", []]] = Object.entries(inputs);
  const open = (rank: number) => Array.from({ length: rank }, () => null);
  return makeModel(
    makeGraph(
      nodes,
      "written",
      Object.entries(inputs).map(([name, dims]) => makeTensorValueInfo(name, "float32", dims)),
      Object.entries(outputs ?? { y: first.length }).map(([name, rank]) =>
        makeTensorValueInfo(name, "float32", open(rank)),
      ),
      Object.entries(weights).map(([name, value]) => makeTensor(name, value)),
    ),
    { opset },
  );
}

/** Seeded numbers from −scale to scale. */
export function numbers(dims: readonly number[], scale = 1, seed = 1): Tensor<"float32"> {
  const next = seededNumbers(seed);
  return tensor(
    "float32",
    Float32Array.from({ length: sizeOf(dims) }, () => next() * scale),
    dims,
  );
}

export function float(x: number): Tensor {
  return tensor("float32", Float32Array.of(x), []);
}

export function int64(...list: readonly number[]): Tensor {
  return tensor("int64", BigInt64Array.from(list, BigInt), [list.length]);
}

export function operatorsOf({ graph }: ModelProto): string {
  return graph?.node.map(({ opType }) => opType).join(" ") ?? "";
}
