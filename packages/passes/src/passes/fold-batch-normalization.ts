import { changed, type GraphNode, type NodeProto } from "@congruent/onnx";
import { rounded, type Value } from "@congruent/reference";
import { withAttributes } from "../attributes.js";
import type { Pass } from "../pass.js";
import { cameFrom } from "../provenance.js";
import type { Scope } from "../scope.js";
import { isPermutable, NewWeights } from "../weights.js";

/** What a batch normalization multiplies each channel with, and adds to it. */
interface Affine {
  factors: Float64Array;
  offsets: Float64Array;
}

/** The layer before the normalization with its weights changed; null where that cannot be. */
type Fold = (layer: GraphNode, affine: Affine, scope: Scope, weights: NewWeights) => NodeProto | null;

/** Multiplies the channels of Conv, ConvTranspose, Gemm and MatMul with what a BatchNormalization after them would. */
export const foldBatchNormalization: Pass = {
  title: "folds BatchNormalization into the layer before it",
  run(scope) {
    const weights = new NewWeights(scope);
    const replaced = new Map<number, NodeProto>();
    const gone = new Set<number>();
    for (const node of scope.index.nodes) {
      const affine = affineOf(node.proto, scope);
      const layer = scope.index.producerOf.get(node.proto.input[0] ?? "");
      if (!affine || !layer || replaced.has(layer.index)) continue;
      const fold = folds[scope.operator(layer.proto) ?? ""];
      const read = layer.proto.output[0] as string;
      if (!fold || scope.uses(read) !== 1) continue;
      const made = fold(layer, affine, scope, weights);
      if (!made) continue;
      const output = [node.proto.output[0] as string];
      replaced.set(layer.index, cameFrom(changed(made, { output }), [layer.proto, node.proto]));
      gone.add(node.index);
    }
    if (gone.size === 0) return scope.graph;
    const node = scope.graph.node.flatMap((each, index) =>
      gone.has(index) ? [] : [replaced.get(index) ?? each],
    );
    return weights.addedTo(changed(scope.graph, { node }));
  },
};

function affineOf(node: NodeProto, scope: Scope): Affine | null {
  if (scope.operator(node) !== "BatchNormalization" || scope.opset < 9) return null;
  const facts = scope.factsOf(node);
  if (facts.int("training_mode", 0) !== 0 || node.output.slice(1).some((name) => name !== "")) return null;
  const [scale, bias, mean, variance] = node.input.slice(1).map((name) => scope.constant(name));
  if (!scale || !bias || !mean || !variance) return null;
  const [s, b, m, v] = [scale, bias, mean, variance].map(({ data }) => data as Float64Array) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const epsilon = facts.float("epsilon", 1e-5);
  const factors = s.map((each, i) => each / Math.sqrt((v[i] as number) + epsilon));
  const offsets = b.map((each, i) => each - (m[i] as number) * (factors[i] as number));
  return [...factors, ...offsets].every(Number.isFinite) ? { factors, offsets } : null;
}

/** A float32 weight that is read here alone, or is small: another one in its place does not make the file larger. */
function weightOf(name: string | undefined, scope: Scope): Value | null {
  const found = name === undefined ? undefined : scope.constant(name);
  return found?.dtype === "float32" && isPermutable(scope, name as string) ? found : null;
}

/** The weight with each element multiplied by its channel's factor, rounded to float32. */
function scaled(weight: Value, channelOf: (index: number) => number, factors: Float64Array): Value {
  const data = (weight.data as Float64Array).map((each, i) => each * (factors[channelOf(i)] as number));
  return rounded({ ...weight, data });
}

function allFinite({ data }: Value): boolean {
  return (data as Float64Array).every(Number.isFinite);
}

/** The bias of each channel, where there is none zeros. */
function shifted(bias: Value | null, { factors, offsets }: Affine, beta = 1): Value {
  const given = bias?.data as Float64Array | undefined;
  const one = given?.length === 1;
  const data = offsets.map((each, i) => each + beta * (given?.[one ? 0 : i] ?? 0) * (factors[i] as number));
  return rounded({ dtype: "float32", dims: [data.length], data });
}

/** @param channelOf the output channel of an element of the weight */
function convolution(
  channelOf: (dims: readonly number[], groups: number) => (index: number) => number,
): Fold {
  return ({ proto }, affine, scope, weights) => {
    const [x = "", w = "", b = ""] = proto.input;
    const weight = weightOf(w, scope);
    const bias = b === "" ? null : (scope.constant(b) ?? null);
    if (!weight || (b !== "" && bias?.dtype !== "float32")) return null;
    const groups = scope.factsOf(proto).int("group", 1);
    const made = scaled(weight, channelOf(weight.dims, groups), affine.factors);
    const moved = shifted(bias, affine);
    if (!allFinite(made) || !allFinite(moved)) return null;
    return changed(proto, {
      input: [x, weights.add(`${w}/folded`, made), weights.add(`${b || w}/bias`, moved)],
    });
  };
}

const inner = (dims: readonly number[], from: number) =>
  dims.slice(from).reduce((product, dim) => product * dim, 1);

const conv = convolution((dims) => (index) => Math.floor(index / inner(dims, 1)));

const convTranspose = convolution((dims, groups) => (index) => {
  const [size, own] = [inner(dims, 2), dims[1] as number];
  const from = Math.floor(index / (size * own));
  const group = Math.floor((from * groups) / (dims[0] as number));
  return group * own + (Math.floor(index / size) % own);
});

const gemm: Fold = ({ proto }, affine, scope, weights) => {
  const [a = "", b = "", c = ""] = proto.input;
  const facts = scope.factsOf(proto);
  const weight = weightOf(b, scope);
  const bias = c === "" ? null : (scope.constant(c) ?? null);
  if (!weight || (c !== "" && bias?.dtype !== "float32") || scope.opset < 7) return null;
  const count = affine.factors.length;
  // A bias of each row is none of each channel.
  if (bias && bias.data.length !== 1 && !(bias.data.length === count && bias.dims.at(-1) === count))
    return null;
  const columns = weight.dims[1] as number;
  const transposed = facts.int("transB", 0) === 1;
  const channelOf = (index: number) => (transposed ? Math.floor(index / columns) : index % columns);
  const made = scaled(weight, channelOf, affine.factors);
  const moved = shifted(bias, affine, facts.float("beta", 1));
  if (!allFinite(made) || !allFinite(moved)) return null;
  const input = [a, weights.add(`${b}/folded`, made), weights.add(`${c || b}/bias`, moved)];
  return withAttributes(changed(proto, { input }), { beta: undefined });
};

/** A product of matrices has no bias: it becomes a Gemm. */
const matMul: Fold = (layer, affine, scope, weights) => {
  const [a = "", b = ""] = layer.proto.input;
  if (scope.rank(a) !== 2 || scope.constant(b)?.dims.length !== 2) return null;
  return gemm({ ...layer, proto: changed(layer.proto, { opType: "Gemm" }) }, affine, scope, weights);
};

const folds: Readonly<Record<string, Fold>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Gemm: gemm,
  MatMul: matMul,
};
