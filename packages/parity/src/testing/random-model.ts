/** Random graphs of twenty kinds of nodes, for measuring how far runtimes are from the reference. */
import { type Tensor, tensor } from "@congruent/core";
import {
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
  type TensorProto,
} from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";

/** How many kinds of nodes there are. */
export const KINDS = 20;

/** Numbers in [-scale, scale). */
export function numbers(seed: number, dims: number[], scale = 1): Tensor {
  const next = seededNumbers(seed);
  const size = dims.reduce((product, dim) => product * dim, 1);
  return tensor(
    "float32",
    Float32Array.from({ length: size }, () => next() * scale),
    dims,
  );
}

/** What a random graph is built from: a node on the newest values, with weights of its own. */
interface Draft {
  nodes: NodeProto[];
  weights: TensorProto[];
  /** All values so far, of one shape. */
  values: string[];
  seed: number;
}

export const WIDTH = 24;

/** Adds a node on one or two earlier values of the shape [rows, WIDTH]; the result has the same shape. */
function extend(draft: Draft, [kind, first, second]: readonly [number, number, number]): void {
  const { nodes, weights, values } = draft;
  const pick = (n: number) => values[values.length - 1 - (n % Math.min(3, values.length))] as string;
  const [a, b] = [pick(first), pick(second)];
  const y = `v${nodes.length}`;
  const weight = (dims: number[], scale: number) => {
    const name = `w${weights.length}`;
    weights.push(makeTensor(name, numbers(draft.seed * 1000 + weights.length, dims, scale)));
    return name;
  };
  const kinds: (() => NodeProto[])[] = [
    () => [makeNode("MatMul", [a, weight([WIDTH, WIDTH], 0.4)], [y])],
    () => [
      makeNode("Gemm", [a, weight([WIDTH, WIDTH], 0.4), weight([WIDTH], 1)], [y], {
        attributes: { transB: 1n, alpha: -0.5 },
      }),
    ],
    () => [makeNode("Add", [a, b], [y])],
    () => [makeNode("Mul", [a, b], [y])],
    () => [makeNode("Sub", [a, weight([WIDTH], 1)], [y])],
    () => [makeNode("Sigmoid", [a], [y])],
    () => [makeNode("Tanh", [a], [y])],
    () => [makeNode("Relu", [a], [y])],
    () => [makeNode("Softmax", [a], [y], { attributes: { axis: -1n } })],
    () => [makeNode("LeakyRelu", [a], [y])],
    () => [
      makeNode("ReduceMean", [a], [`${y}m`], { attributes: { axes: [1n] } }),
      makeNode("Sub", [a, `${y}m`], [y]),
    ],
    () => [
      makeNode("ReduceMax", [a], [`${y}m`], { attributes: { axes: [1n] } }),
      makeNode("Min", [a, `${y}m`], [y]),
    ],
    () => [makeNode("Sigmoid", [b], [`${y}s`]), makeNode("Div", [a, `${y}s`], [y])],
    () => [makeNode("LayerNormalization", [a, weight([WIDTH], 1), weight([WIDTH], 1)], [y])],
    () => [makeNode("Erf", [a], [y])],
    () => [makeNode("Tanh", [a], [`${y}t`]), makeNode("Exp", [`${y}t`], [y])],
    () => [makeNode("Softplus", [a], [`${y}p`]), makeNode("Sqrt", [`${y}p`], [y])],
    () => [makeNode("Softplus", [a], [`${y}p`]), makeNode("Log", [`${y}p`], [y])],
    () => [
      makeNode("ReduceSumSquare", [a], [`${y}q`], { attributes: { axes: [1n] } }),
      makeNode("Add", [`${y}q`, b], [y]),
    ],
    () => [
      makeNode("Abs", [a], [`${y}a`]),
      makeNode("ReduceL2", [`${y}a`], [`${y}l`], { attributes: { axes: [1n] } }),
      makeNode("Sub", [b, `${y}l`], [y]),
    ],
  ];
  nodes.push(...(kinds[kind % KINDS] as () => NodeProto[])());
  values.push(y);
}

/** A graph of these kinds of nodes on x, float32 [rows, WIDTH], whose last value is the output. */
export function randomModel(seed: number, steps: readonly (readonly [number, number, number])[]): ModelProto {
  const draft: Draft = { nodes: [], weights: [], values: ["x"], seed };
  for (const step of steps) extend(draft, step);
  const last = draft.values.at(-1) as string;
  return makeModel(
    makeGraph(
      draft.nodes,
      "random",
      [makeTensorValueInfo("x", "float32", ["rows", WIDTH])],
      [makeTensorValueInfo(last, "float32", ["rows", WIDTH])],
      draft.weights,
    ),
  );
}
