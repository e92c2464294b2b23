/** Sixty faults, drawn by a seed from what can be wrong with each node of the test models. */
import { sizeOf } from "@congruent/core";
import { seededNumbers } from "@congruent/onnx/testing";
import {
  after,
  attribute,
  attributeElement,
  constant,
  type Fault,
  operator,
  rounded,
  scaled,
  swapped,
  weight,
} from "./faults.js";
import { type TestModel, testModels } from "./models.js";
import { floats, ints } from "./net.js";

export interface PlantedFault {
  model: keyof typeof testModels;
  node: string;
  fault: Fault;
}

/** A fault whose place in a weight or list, and whose size, are drawn: `size` is the weight's number of elements. */
type Drawn = (random: (below: number) => number, size: (input: number) => number) => Fault;

const someWeight =
  (input: number): Drawn =>
  (random, size) =>
    weight(input, random(size(input)), factor(random));
const someElement =
  (key: string, count: number): Drawn =>
  (random) =>
    attributeElement(key, random(count), factor(random));
const someScale: Drawn = (random) => scaled(factor(random));
const fixed =
  (fault: Fault): Drawn =>
  () =>
    fault;

/** 0.1 % to 50 % too much, or the wrong sign. */
function factor(random: (below: number) => number): number {
  return [1.001, 1.01, 1.1, 1.5, -1][random(5)] as number;
}

const both = (size: number) => [BigInt(size), BigInt(size)];
const pooling = { kernel_shape: both(2), strides: both(2) };
const shifted = fixed(attribute("pads", [0n, 0n, 2n, 2n]));
const epsilon = (value: number) => fixed(attribute("epsilon", value));
const half = fixed(rounded());

const candidates: Record<keyof typeof testModels, readonly (readonly [node: string, drawn: Drawn])[]> = {
  mlp: [
    ["0_Gemm", someWeight(1)],
    ["0_Gemm", someWeight(2)],
    ["1_Relu", fixed(operator("LeakyRelu", { alpha: 0.01 }))],
    ["2_Gemm", fixed(attribute("alpha", 0.501))],
    ["2_Gemm", half],
    ["2_Gemm", fixed(attribute("beta", 0.5))],
    ["3_Tanh", fixed(operator("Softsign"))],
    ["4_MatMul", someScale],
    ["5_Add", fixed(operator("Sub"))],
    ["6_Softmax", fixed(operator("LogSoftmax", { axis: -1n }))],
    ["6_Softmax", fixed(attribute("axis", 0n))],
  ],
  lenet: [
    ["0_Mul", fixed(constant(1, floats([1 / 256], [])))],
    ["1_Conv", fixed(attribute("pads", [1n, 1n, 3n, 3n]))],
    ["1_Conv", someWeight(1)],
    ["2_Tanh", half],
    ["3_AveragePool", fixed(operator("MaxPool", pooling))],
    ["4_Conv", someWeight(2)],
    ["4_Conv", someWeight(1)],
    ["5_Relu", fixed(operator("Elu"))],
    ["6_MaxPool", fixed(operator("AveragePool", pooling))],
    ["7_Transpose", fixed(attribute("perm", [0n, 3n, 2n, 1n]))],
    ["9_MatMul", someScale],
    ["11_ArgMax", fixed(operator("ArgMin", { axis: -1n, keepdims: 0n }))],
  ],
  residual: [
    ["0_Conv", shifted],
    ["1_BatchNormalization", epsilon(1e-2)],
    ["2_Relu", someScale],
    ["3_Conv", someWeight(1)],
    ["4_BatchNormalization", someWeight(4)],
    ["4_BatchNormalization", someWeight(1)],
    ["7_BatchNormalization", epsilon(1.00001e-3)],
    ["8_Add", fixed(operator("Max"))],
    ["9_Relu", fixed(operator("Identity"))],
    ["10_GlobalAveragePool", fixed(operator("GlobalMaxPool"))],
    ["12_Gemm", fixed(attribute("beta", 0.9))],
  ],
  inception: [
    ["1_Conv", someWeight(1)],
    ["2_MaxPool", fixed(operator("AveragePool", { kernel_shape: both(3), pads: Array(4).fill(1n) }))],
    ["3_AveragePool", fixed(attribute("count_include_pad", 1n))],
    ["4_Concat", fixed(swapped(0, 3))],
    ["5_LeakyRelu", fixed(attribute("alpha", 0.11))],
    ["6_Conv", shifted],
    ["6_Conv", half],
    ["7_Elu", fixed(attribute("alpha", 0.99))],
    ["8_ReduceMean", fixed(operator("ReduceMax", { axes: [2n, 3n], keepdims: 0n }))],
    ["9_Gemm", someWeight(1)],
    ["10_LogSoftmax", fixed(operator("Softmax", { axis: 1n }))],
  ],
  encoder: [
    ["3_MatMul", someWeight(1)],
    ["10_Mul", fixed(constant(1, floats([0.51], [])))],
    ["11_Softmax", fixed(attribute("axis", -2n))],
    ["11_Softmax", half],
    ["15_MatMul", someScale],
    ["17_LayerNormalization", epsilon(2e-3)],
    ["17_LayerNormalization", someWeight(1)],
    ["20_Div", fixed(constant(1, floats([1.41], [])))],
    ["21_Erf", fixed(operator("Tanh"))],
    ["23_Mul", fixed(scaled(1.0001))],
    ["26_Add", fixed(operator("Sub"))],
    ["27_LayerNormalization", someWeight(2)],
  ],
  mobile: [
    ["0_Conv", someWeight(1)],
    ["0_Conv", shifted],
    ["1_Clip", fixed(constant(2, floats([1.4], [])))],
    ["2_Conv", someWeight(2)],
    ["3_GlobalAveragePool", fixed(operator("GlobalMaxPool"))],
    ["5_HardSigmoid", fixed(attribute("alpha", 0.21))],
    ["7_Pad", fixed(attribute("mode", "edge"))],
    ["7_Pad", fixed(attribute("mode", "constant"))],
    ["9_Resize", fixed(attribute("coordinate_transformation_mode", "asymmetric"))],
    ["9_Resize", fixed(attribute("mode", "nearest"))],
    ["10_Sigmoid", fixed(operator("HardSigmoid"))],
  ],
  classical: [
    ["0_Scaler", someElement("offset", 5)],
    ["0_Scaler", someElement("scale", 5)],
    ["1_Normalizer", fixed(attribute("norm", "L1"))],
    ["1_Normalizer", fixed(attribute("norm", "MAX"))],
    ["2_LinearRegressor", someElement("coefficients", 15)],
    ["2_LinearRegressor", someElement("intercepts", 3)],
    ["3_ArrayFeatureExtractor", fixed(constant(1, ints(0, 2, 3)))],
    ["4_Add", fixed(operator("Sub"))],
    ["5_Clip", fixed(constant(2, floats([1], [])))],
    ["6_Exp", half],
    ["7_ReduceSum", someScale],
    ["8_Div", someScale],
  ],
  sequence: [
    ["0_Gather", someWeight(0)],
    ["1_Add", fixed(operator("Mul"))],
    ["2_LayerNormalization", epsilon(1e-2)],
    ["4_Conv", fixed(attribute("pads", [0n, 2n]))],
    ["4_Conv", someWeight(1)],
    ["6_Slice", someScale],
    ["7_Tanh", fixed(operator("Softsign"))],
    ["8_Sigmoid", fixed(operator("HardSigmoid"))],
    ["10_Equal", fixed(after("Not"))],
    ["12_Where", fixed(swapped(1, 2))],
    ["13_ReduceMean", fixed(operator("ReduceMax", { axes: [2n], keepdims: 0n }))],
    ["15_Softplus", someScale],
    ["16_MatMul", someWeight(1)],
  ],
};

export const FAULTS = 60;

/** Faults in all models alike, the same for the same seed. */
export function seededFaults(seed: number): PlantedFault[] {
  const next = seededNumbers(seed);
  const random = (below: number) => Math.min(below - 1, Math.floor(((next() + 1) / 2) * below));
  const names = Object.keys(testModels) as (keyof typeof testModels)[];
  const models = Object.fromEntries(names.map((name) => [name, testModels[name]()]));
  const piles = names.map((name) =>
    shuffled(candidates[name], random).map(([node, drawn]) => {
      const size = (input: number) => weightSize(models[name] as TestModel, node, input);
      return { model: name, node, fault: drawn(random, size) };
    }),
  );
  // One of each model in turn.
  const dealt = Array.from({ length: Math.max(...piles.map((pile) => pile.length)) }, (_, turn) =>
    piles.flatMap((pile) => pile[turn] ?? []),
  );
  return dealt.flat().slice(0, FAULTS);
}

function shuffled<T>(items: readonly T[], random: (below: number) => number): T[] {
  const left = [...items];
  return items.map(() => left.splice(random(left.length), 1)[0] as T);
}

function weightSize({ model }: TestModel, node: string, input: number): number {
  const name = model.graph?.node.find((each) => each.name === node)?.input[input];
  const found = model.graph?.initializer.find((each) => each.name === name);
  return sizeOf((found?.dims ?? []).map(Number));
}
