/** Small models of eight kinds, in which every node matters to an output. */
import { sizeOf, type Tensor, tensor } from "@congruent/core";
import type { ModelProto } from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import type { Tensors } from "../../runner.js";
import { floats, ints, Net } from "./net.js";

export interface TestModel {
  model: ModelProto;
  inputs: Tensors;
}

const SAMPLES = 4;

/** Numbers in [low, high), the same for the same seed. */
function random(seed: number, dims: number[], low = -1, high = 1): Tensor {
  const next = seededNumbers(seed);
  const size = sizeOf(dims);
  const data = Float32Array.from({ length: size }, () => low + ((next() + 1) / 2) * (high - low));
  return tensor("float32", data, dims);
}

const both = (size: number) => [BigInt(size), BigInt(size)];
const around = (size: number) => Array<bigint>(4).fill(BigInt(size));

function mlp(): TestModel {
  const net = new Net(1);
  const a = net.add("Gemm", ["x", net.weight([16, 24], 0.4), net.weight([24])]);
  const b = net.add("Relu", [a]);
  const c = net.add("Gemm", [b, net.weight([20, 24], 0.4), net.weight([20])], { transB: 1n, alpha: 0.5 });
  const d = net.add("Tanh", [c]);
  const e = net.add("MatMul", [d, net.weight([20, 6])]);
  const f = net.add("Add", [e, net.weight([6])], {}, { output: "logits" });
  net.add("Softmax", [f], { axis: -1n }, { output: "probabilities" });
  return {
    model: net.model(
      { x: { dims: ["batch", 16] } },
      { logits: { dims: ["batch", 6] }, probabilities: { dims: ["batch", 6] } },
    ),
    inputs: { x: random(11, [SAMPLES, 16]) },
  };
}

function lenet(): TestModel {
  const net = new Net(2);
  const scaled = net.add("Mul", ["x", floats([1 / 255], [])]);
  const a = net.add("Conv", [scaled, net.weight([6, 1, 5, 5], 0.5), net.weight([6])], {
    kernel_shape: both(5),
    pads: around(2),
  });
  const b = net.add("Tanh", [a]);
  const c = net.add("AveragePool", [b], { kernel_shape: both(2), strides: both(2) });
  const d = net.add("Conv", [c, net.weight([16, 6, 3, 3], 0.4), net.weight([16])], { kernel_shape: both(3) });
  const e = net.add("Relu", [d]);
  const f = net.add("MaxPool", [e], { kernel_shape: both(2), strides: both(2) });
  const g = net.add("Transpose", [f], { perm: [0n, 2n, 3n, 1n] });
  const h = net.add("Reshape", [g, ints(-1, 64)]);
  const i = net.add("MatMul", [h, net.weight([64, 10], 0.3)]);
  const j = net.add("Add", [i, net.weight([10])], {}, { output: "logits" });
  net.add("ArgMax", [j], { axis: -1n, keepdims: 0n }, { output: "label" });
  return {
    model: net.model(
      { x: { dims: ["batch", 1, 12, 12] } },
      { logits: { dims: ["batch", 10] }, label: { dtype: "int64", dims: ["batch"] } },
    ),
    inputs: { x: random(12, [SAMPLES, 1, 12, 12], 0, 255) },
  };
}

function residual(): TestModel {
  const net = new Net(3);
  const conv = (from: string, channels: number, into: number) =>
    net.add("Conv", [from, net.weight([into, channels, 3, 3], 0.4)], {
      kernel_shape: both(3),
      pads: around(1),
    });
  const normalized = (from: string, channels: number) =>
    net.add(
      "BatchNormalization",
      [
        from,
        net.positive([channels]),
        net.weight([channels]),
        net.weight([channels], 0.3),
        net.positive([channels]),
      ],
      { epsilon: 1e-3 },
    );
  const stem = net.add("Relu", [normalized(conv("x", 3, 8), 8)]);
  const inner = net.add("Relu", [normalized(conv(stem, 8, 8), 8)]);
  const outer = normalized(conv(inner, 8, 8), 8);
  const sum = net.add("Add", [outer, stem]);
  const end = net.add("Relu", [sum]);
  const average = net.add("GlobalAveragePool", [end]);
  const flat = net.add("Flatten", [average]);
  net.add("Gemm", [flat, net.weight([5, 8]), net.weight([5])], { transB: 1n }, { output: "logits" });
  return {
    model: net.model({ x: { dims: ["batch", 3, 6, 6] } }, { logits: { dims: ["batch", 5] } }),
    inputs: { x: random(13, [SAMPLES, 3, 6, 6]) },
  };
}

function inception(): TestModel {
  const net = new Net(4);
  const narrow = net.add("Conv", ["x", net.weight([4, 4, 1, 1]), net.weight([4])], { kernel_shape: both(1) });
  const wide = net.add("Conv", ["x", net.weight([6, 4, 5, 5], 0.3), net.weight([6])], {
    kernel_shape: both(5),
    pads: around(2),
  });
  const most = net.add("MaxPool", ["x"], { kernel_shape: both(3), pads: around(1) });
  const mean = net.add("AveragePool", ["x"], {
    kernel_shape: both(3),
    pads: around(1),
    count_include_pad: 0n,
  });
  const all = net.add("Concat", [narrow, wide, most, mean], { axis: 1n });
  const leaky = net.add("LeakyRelu", [all], { alpha: 0.1 });
  const mixed = net.add("Conv", [leaky, net.weight([8, 18, 3, 3], 0.3), net.weight([8])], {
    kernel_shape: both(3),
    strides: both(2),
    pads: around(1),
  });
  const elu = net.add("Elu", [mixed], { alpha: 1.0 });
  const average = net.add("ReduceMean", [elu], { axes: [2n, 3n], keepdims: 0n });
  const logits = net.add("Gemm", [average, net.weight([8, 5]), net.weight([5])]);
  net.add("LogSoftmax", [logits], { axis: 1n }, { output: "scores" });
  return {
    model: net.model({ x: { dims: ["batch", 4, 7, 7] } }, { scores: { dims: ["batch", 5] } }),
    inputs: { x: random(14, [SAMPLES, 4, 7, 7]) },
  };
}

/** One encoder block: two heads of self-attention, then the feed-forward part with GELU written out, each with its normalization. */
function encoder(): TestModel {
  const net = new Net(5);
  const project = (from: string) => net.add("MatMul", [from, net.weight([8, 8], 0.6)]);
  const heads = (from: string, perm: bigint[]) =>
    net.add("Transpose", [net.add("Reshape", [from, ints(0, 6, 2, 4)])], { perm });
  const query = heads(project("x"), [0n, 2n, 1n, 3n]);
  const key = heads(project("x"), [0n, 2n, 3n, 1n]);
  const value = heads(project("x"), [0n, 2n, 1n, 3n]);
  const scores = net.add("Mul", [net.add("MatMul", [query, key]), floats([0.5], [])]);
  const weights = net.add("Softmax", [scores], { axis: -1n });
  const context = net.add("Transpose", [net.add("MatMul", [weights, value])], { perm: [0n, 2n, 1n, 3n] });
  const mixed = project(net.add("Reshape", [context, ints(0, 6, 8)]));
  const normalize = (from: string, output?: string) =>
    net.add(
      "LayerNormalization",
      [from, net.positive([8]), net.weight([8])],
      { axis: -1n, epsilon: 1e-3 },
      output === undefined ? {} : { output },
    );
  const attended = normalize(net.add("Add", [mixed, "x"]));
  const inner = net.add("Add", [net.add("MatMul", [attended, net.weight([8, 16], 0.6)]), net.weight([16])]);
  const erf = net.add("Erf", [net.add("Div", [inner, floats([Math.SQRT2], [])])]);
  const gelu = net.add("Mul", [inner, net.add("Add", [erf, floats([1], [])])]);
  const outer = net.add("Add", [net.add("MatMul", [gelu, net.weight([16, 8], 0.3)]), net.weight([8])]);
  normalize(net.add("Add", [outer, attended]), "y");
  return {
    model: net.model({ x: { dims: ["batch", 6, 8] } }, { y: { dims: ["batch", 6, 8] } }),
    inputs: { x: random(15, [SAMPLES, 6, 8]) },
  };
}

/** Depthwise and grouped convolutions, squeeze and excitation, and an enlargement at the end. */
function mobile(): TestModel {
  const net = new Net(6);
  const depthwise = net.add("Conv", ["x", net.weight([6, 1, 3, 3]), net.weight([6])], {
    kernel_shape: both(3),
    pads: around(1),
    group: 6n,
  });
  const clipped = net.add("Clip", [depthwise, floats([0], []), floats([1.5], [])]);
  const grouped = net.add("Conv", [clipped, net.weight([12, 3, 1, 1]), net.weight([12])], {
    kernel_shape: both(1),
    group: 2n,
  });
  const pooled = net.add("GlobalAveragePool", [grouped]);
  const squeezed = net.add("Conv", [pooled, net.weight([12, 12, 1, 1]), net.weight([12], 0.2)], {
    kernel_shape: both(1),
  });
  const gate = net.add("HardSigmoid", [squeezed], { alpha: 0.2, beta: 0.5 });
  const excited = net.add("Mul", [grouped, gate]);
  const padded = net.add("Pad", [excited, ints(0, 0, 1, 1, 0, 0, 1, 1)], { mode: "reflect" });
  const strided = net.add("Conv", [padded, net.weight([4, 12, 3, 3], 0.3)], {
    kernel_shape: both(3),
    strides: both(2),
  });
  const larger = net.add("Resize", [strided, "", floats([1, 1, 2, 2], [4])], {
    mode: "linear",
    coordinate_transformation_mode: "half_pixel",
  });
  net.add("Sigmoid", [larger], {}, { output: "mask" });
  return {
    model: net.model({ x: { dims: ["batch", 6, 8, 8] } }, { mask: { dims: ["batch", 4, 8, 8] } }),
    inputs: { x: random(16, [SAMPLES, 6, 8, 8]) },
  };
}

/** What skl2onnx writes for a scaler before models: ONNX-ML operators. */
function classical(): TestModel {
  const net = new Net(7);
  const ml = { domain: "ai.onnx.ml" };
  const numbers = (count: number, scale: number) => [...net.weight([count], scale).data].map(Number);
  const scaled = net.add("Scaler", ["x"], { offset: numbers(5, 0.5), scale: numbers(5, 2) }, ml);
  const unit = net.add("Normalizer", [scaled], { norm: "L2" }, ml);
  const line = net.add(
    "LinearRegressor",
    [unit],
    { coefficients: numbers(15, 1), intercepts: numbers(3, 1), targets: 3n },
    ml,
  );
  const chosen = net.add("ArrayFeatureExtractor", [scaled, ints(0, 2, 4)], {}, ml);
  const sum = net.add("Add", [line, chosen]);
  const limited = net.add("Clip", [sum, floats([-2], []), floats([2], [])]);
  const powers = net.add("Exp", [limited]);
  const total = net.add("ReduceSum", [powers, ints(1)], { keepdims: 1n });
  net.add("Div", [powers, total], {}, { output: "probabilities" });
  return {
    model: net.model({ x: { dims: ["batch", 5] } }, { probabilities: { dims: ["batch", 3] } }),
    inputs: { x: random(17, [SAMPLES, 5]) },
  };
}

/** Tokens to a number each: an embedding, a convolution over time, a gate, a mean over the tokens that count. */
function sequence(): TestModel {
  const net = new Net(8);
  const embedded = net.add("Gather", [net.weight([12, 8]), "ids"], { axis: 0n });
  const placed = net.add("Add", [embedded, net.weight([7, 8], 0.5)]);
  const normalized = net.add("LayerNormalization", [placed, net.positive([8]), net.weight([8])], {
    axis: -1n,
    epsilon: 1e-3,
  });
  const turned = net.add("Transpose", [normalized], { perm: [0n, 2n, 1n] });
  const convolved = net.add("Conv", [turned, net.weight([8, 8, 3], 0.4), net.weight([8])], {
    kernel_shape: [3n],
    pads: [1n, 1n],
  });
  const left = net.add("Slice", [convolved, ints(0), ints(4), ints(1)]);
  const right = net.add("Slice", [convolved, ints(4), ints(8), ints(1)]);
  const gated = net.add("Mul", [net.add("Tanh", [left]), net.add("Sigmoid", [right])]);
  const padding = net.add("Equal", ["ids", tensor("int64", BigInt64Array.of(0n), [])]);
  const wide = net.add("Unsqueeze", [padding, ints(1)]);
  const masked = net.add("Where", [wide, floats([0], []), gated]);
  const mean = net.add("ReduceMean", [masked], { axes: [2n], keepdims: 0n });
  const hidden = net.add("Softplus", [net.add("Gemm", [mean, net.weight([4, 6]), net.weight([6])])]);
  net.add("MatMul", [hidden, net.weight([6, 2])], {}, { output: "score" });
  const ids = BigInt64Array.from({ length: SAMPLES * 7 }, (_, i) => BigInt((i * 5 + (i >> 2)) % 12));
  return {
    model: net.model({ ids: { dtype: "int64", dims: ["batch", 7] } }, { score: { dims: ["batch", 2] } }),
    inputs: { ids: tensor("int64", ids, [SAMPLES, 7]) },
  };
}

export const testModels = { mlp, lenet, residual, inception, encoder, mobile, classical, sequence } as const;
