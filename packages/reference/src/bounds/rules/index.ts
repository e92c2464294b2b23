/**
 * The rule of each operator. Accuracies are those that the WebNN conformance tests allow (web-platform-tests, webnn/resources/utils.js:
 * ULP as there; a "rounding" here is half a ULP of the sum of magnitudes) and, for functions that GPUs approximate, those of the
 * WGSL specification (section 15.7.4, "Accuracy of concrete floating point expressions").
 */

import { compositions } from "../../composed/index.js";
import type { Rule } from "../rule.js";
import { byPerturbation, perturbing, perturbingWidely } from "./by-perturbation.js";
import { composed } from "./composed.js";
import { branchTaken } from "./control-flow.js";
import { cast, dynamicQuantize, quantize } from "./conversions.js";
import { argExtreme, equal, hardmax, maxPool, modulo, nonZero, topK, where } from "./decisions.js";
import { corners, division, increasing, lipschitz, power, reciprocal, turning } from "./elementwise.js";
import { inDoubles } from "./in-doubles.js";
import {
  contractedSize,
  cumulatedSize,
  filterSize,
  gemmInnerSize,
  gemmMagnitudes,
  growing,
  innerSize,
  linear,
  reducedSize,
  sumOfSquares,
  transposedFilterSize,
  wholeWindowSize,
  windowSize,
} from "./linear.js";
import { negativeLogLikelihood, softmaxCrossEntropy } from "./losses.js";
import { ml } from "./ml.js";
import { gathersTwice, growsLarger, movement, repeating } from "./movement.js";
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  rmsNormalization,
} from "./normalization.js";
import { integerProduct, requantizedProduct } from "./quantized.js";
import { logSoftmax, softmax } from "./softmax.js";
import { tiled } from "./winograd.js";

const webnn = "the WebNN tests";
const wgsl = "WGSL";
/**
 * Abramowitz and Stegun 7.1.26, which WebGPU kernels use, is accurate to 1.5e-7 absolutely, 2.5 roundings. Its polynomial, whose coefficients
 * are up to 1.45 with both signs, and its exp round relative to exp(−x²), from which 1 is subtracted.
 */
const erf = {
  ulps: 2,
  absoluteAt: (x: number) => 3 + 10 * Math.exp(-x * x),
  source: "1 less a polynomial by Abramowitz and Stegun",
};
/** By exp: (1 − e) / (1 + e) for e = exp(−2|x|), whose 3 + 4|x| ULP count as 2e / (1 + e)²; CPUs use a rational function of few ULP. */
const tanh = {
  ulps: 4,
  absoluteAt: (x: number) => {
    const e = Math.exp(-2 * Math.abs(x));
    return (2 * (3 + 4 * Math.abs(x)) * 2 * e) / (1 + e) ** 2 + (x === 0 ? 0 : 2 * Math.min(1, Math.abs(x)));
  },
  source: "by exp (3 + 2|x| ULP, WGSL)",
};
/**
 * By exp: 1 / (1 + exp(−x)), in which exp's 3 + 2|x| ULP count as the share 1 − y. ONNX Runtime's CPU kernels (mlas, logistic.cpp, Eigen's
 * coefficients) compute 0.5 + p(x) / q(x) with x clamped to ±18. In the lower tail the quotient cancels against 0.5, so its error is absolute
 * there: at most 8 roundings (the last two steps of p and of q, times x, the quotient, the sum, and what earlier steps leave) of a quotient
 * of at most 0.5, 8 x 2^-25, which is 4 roundings of 1. What the clamping leaves out, sigmoid(-18) = 1.5e-8, is below that.
 */
const logistic = {
  ulps: 3,
  absoluteAt: (x: number, y: number) => 4 * (1 - y) + 2 * (3 + 2 * Math.abs(x)) * y * (1 - y),
  source: "by exp (3 + 2|x| ULP, WGSL), and 0.5 + p(x) / q(x) on CPUs",
};
/** WGSL: 3 ULP, but 2^-21 absolutely between 0.5 and 2. */
const logarithm = {
  absoluteAt: (x: number, y: number) => (x < 0.5 || x > 2 ? 6 * Math.abs(y) : 8),
  source: `${wgsl}: 3 ULP, and 2^-21 near 1`,
};
/** exp(x) − 1 below zero, whose 3 + 2|x| ULP are absolute, times a factor; above it is exact, or multiplied. */
const byExp = (factor: number) => ({
  ulps: 2,
  absoluteAt: (x: number) => (x >= 0 ? 0 : factor * (2 * (3 + 2 * Math.abs(x)) * Math.exp(x) + 2)),
  source: "exp(x) - 1 (3 + 2|x| ULP, WGSL)",
});
/** WGSL: absolute error of at most 2^-11; near zero results are relative to nothing. */
const trigonometric = { absolute: 2 ** 13, source: `${wgsl}: 2^-11` };

const standard: Readonly<Record<string, Rule>> = {
  // Elements put elsewhere.
  Transpose: movement(),
  Reshape: movement(0),
  Flatten: movement(0),
  Squeeze: movement(0),
  Unsqueeze: movement(0),
  Identity: movement(),
  Concat: movement(),
  Split: movement(0),
  Slice: movement(0),
  Gather: repeating(gathersTwice),
  GatherElements: movement(0),
  GatherND: movement(0),
  Expand: repeating(growsLarger),
  Tile: repeating(growsLarger),
  Pad: movement(0, 2),
  DepthToSpace: movement(0),
  SpaceToDepth: movement(0),
  Trilu: movement(0),
  Compress: movement(0),
  ReverseSequence: movement(0),
  Dropout: movement(0),
  CenterCropPad: movement(0),
  Col2Im: linear({ roundings: windowsOf, why: "overlapping blocks" }),
  ScatterElements: scattered,
  ScatterND: scattered,
  OneHot: movement(2),
  TensorScatter: movement(0, 1),
  MaxRoiPool: perturbing(0),
  ConcatFromSequence: movement(0),
  Optional: movement(),
  OptionalGetElement: movement(),
  OptionalHasElement: exact,
  SequenceAt: movement(0),
  SequenceConstruct: movement(),
  SequenceEmpty: exact,
  SequenceErase: movement(0),
  SequenceInsert: movement(0, 1),
  SequenceLength: exact,
  SplitToSequence: movement(0),
  Shape: exact,
  Size: exact,
  Constant: exact,
  ConstantOfShape: exact,
  EyeLike: exact,
  Range: corners({ ulps: 1 }),
  NonZero: nonZero,
  If: branchTaken,

  // Rising in every input.
  Add: increasing({ ulps: 1, source: webnn }),
  Sum: linear({ roundings: ({ call }) => call.inputs.length, why: "one for each term", separate: true }),
  Mean: linear({ roundings: ({ call }) => call.inputs.length + 2, why: "n + 2", separate: true }),
  Max: increasing(),
  Min: increasing(),
  Relu: increasing(),
  Clip: increasing(),
  Ceil: increasing({ leaps: true }),
  Floor: increasing({ leaps: true }),
  Round: increasing({ leaps: true }),
  Sign: increasing({ leaps: true }),
  Cast: cast,
  CastLike: cast,
  Sigmoid: increasing(logistic),
  HardSigmoid: increasing({ ulps: 2, absolute: 2, source: webnn }),
  Tanh: increasing(tanh),
  Erf: increasing(erf),
  Exp: increasing({ ulps: 3, ulpsAt: (x) => 2 * Math.abs(x), source: `${wgsl}: 3 + 2|x| ULP` }),
  Log: increasing(logarithm),
  Sqrt: increasing({ ulps: 3.2, source: `${wgsl}: 1 / inverseSqrt, of 2 and 2.5 ULP` }),
  Softplus: increasing({ ulps: 5, absolute: 8, source: `${wgsl}: log of 1 + exp(x)` }),
  Softsign: increasing({ ulps: 3, source: webnn }),
  Elu: (rule) => increasing(byExp(Math.abs(rule.call.float("alpha", 1))))(rule),
  Selu: (rule) =>
    increasing(byExp(Math.abs(rule.call.float("alpha", 1.67326) * rule.call.float("gamma", 1.0507))))(rule),
  Celu: (rule) => increasing(byExp(Math.max(1, Math.abs(rule.call.float("alpha", 1)))))(rule),
  Atan: increasing({ ulps: 4096, source: `${wgsl}: 4096 ULP` }),
  Asin: increasing(trigonometric),
  Acos: corners(trigonometric),
  Asinh: increasing(trigonometric),
  Acosh: increasing(trigonometric),
  Atanh: increasing(trigonometric),
  Sinh: increasing({ ulps: 4, ulpsAt: (x) => 2 * Math.abs(x), absolute: 8, source: `${wgsl}: by exp` }),
  Cosh: corners({ ulps: 4, ulpsAt: (x) => 2 * Math.abs(x), source: `${wgsl}: by exp` }),
  ThresholdedRelu: increasing({ leaps: true }),
  Shrink: increasing({ ulps: 1, leaps: true }),

  // Of limited slope.
  Abs: lipschitz(1),
  Neg: lipschitz(1),
  Sin: lipschitz(1, trigonometric),
  Cos: lipschitz(1, trigonometric),
  Gelu: turning(-0.7517916, {
    ulps: 4,
    // Half of |x| times what erf(x / √2) may be off, whose sum with 1 rounds once.
    absoluteAt: (x) => (Math.abs(x) / 2) * (5 + 10 * Math.exp((-x * x) / 2)),
    source: "x / 2 (1 + erf), by polynomial approximations of erf",
  }),
  Mish: turning(-1.1924525, { ulps: 12, absolute: 8 }),
  HardSwish: turning(-1.5, { ulps: 4, absolute: 4, source: webnn }),
  Swish: turning(({ call }) => -1.2784645 / call.float("alpha", 1), {
    ulps: 4,
    absoluteAt: (x) => 6 * Math.abs(x),
  }),
  LeakyRelu: lipschitz(({ call }) => Math.max(1, Math.abs(call.float("alpha", 0.01))), {
    ulps: 1,
    source: webnn,
  }),

  // Known from the corners of their inputs' intervals.
  Sub: corners({ ulps: 1, source: webnn }),
  Mul: corners({ ulps: 1, source: webnn }),
  PRelu: corners({ ulps: 1, source: webnn }),
  Div: division,
  Reciprocal: reciprocal,
  Pow: power,
  And: corners(),
  Or: corners(),
  Xor: corners(),
  Not: corners(),
  Greater: corners(),
  GreaterOrEqual: corners(),
  Less: corners(),
  LessOrEqual: corners(),
  QuantizeLinear: quantize,
  DynamicQuantizeLinear: dynamicQuantize,
  DequantizeLinear: corners({ ulps: 2 }),

  MatMulInteger: integerProduct("MatMul"),
  ConvInteger: integerProduct("Conv"),
  QLinearMatMul: requantizedProduct("MatMul"),
  QLinearConv: requantizedProduct("Conv"),

  // Sums of products.
  Conv: linear({
    roundings: (rule) => 2 * filterSize(rule),
    terms: (rule) => filterSize(rule) + 1,
    algorithm: tiled,
    why: "2 x kernel area x channels / groups, the WebNN tests",
  }),
  ConvTranspose: linear({
    roundings: (rule) => 2 * transposedFilterSize(rule),
    terms: (rule) => transposedFilterSize(rule) + 1,
    why: "2 x kernel area x channels / groups, the WebNN tests",
  }),
  MatMul: linear({ roundings: (rule) => 2 * innerSize(rule), terms: innerSize, why: "2K, the WebNN tests" }),
  Gemm: linear({
    roundings: (rule) => 2 * gemmInnerSize(rule) + 3,
    terms: (rule) => gemmInnerSize(rule) + 3,
    why: "2K + 3, the WebNN tests",
    evaluate: gemmMagnitudes,
  }),
  Einsum: linear({
    roundings: (rule) => 2 * contractedSize(rule),
    terms: contractedSize,
    why: "2 x contracted elements",
  }),
  ReduceSum: linear({ roundings: reducedSize, why: "n, the WebNN tests" }),
  ReduceMean: linear({
    roundings: (rule) => reducedSize(rule) + 2,
    why: "n + 2, the WebNN tests",
    meanOf: reducedSize,
  }),
  GlobalAveragePool: linear({
    roundings: (rule) => reducedSize(rule) + 2,
    why: "n + 2, the WebNN tests",
    meanOf: reducedSize,
  }),
  AveragePool: linear({
    roundings: (rule) => windowSize(rule) + 2,
    why: "n + 2, the WebNN tests",
    meanOf: wholeWindowSize,
  }),
  CumSum: linear({ roundings: cumulatedSize, why: "n" }),
  CumProd: inDoubles(byPerturbation),

  // Other reductions.
  ReduceL1: growing((n) => n, "n, the WebNN tests"),
  ReduceL2: sumOfSquares(true),
  ReduceSumSquare: sumOfSquares(false),
  ReduceProd: growing((n) => n, "n, the WebNN tests"),
  ReduceMax: increasing(),
  ReduceMin: increasing(),
  ReduceLogSumExp: increasing({ ulps: 10, absolute: 32, source: "exp, a sum, log" }),
  MaxPool: maxPool(increasing()),
  GlobalMaxPool: increasing(),
  ArgMax: argExtreme(1),
  ArgMin: argExtreme(-1),
  TopK: topK,
  Hardmax: hardmax,
  Mod: modulo,
  Equal: equal,
  Where: where,

  NegativeLogLikelihoodLoss: negativeLogLikelihood,
  SoftmaxCrossEntropyLoss: softmaxCrossEntropy,

  Resize: perturbingWidely(0),
  Upsample: perturbingWidely(0),
  MeanVarianceNormalization: perturbingWidely(0),
  Softmax: softmax,
  LogSoftmax: logSoftmax,
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  BatchNormalization: (rule) =>
    rule.call.int("training_mode", 0) === 0 ? batchNormalization(rule) : byPerturbation(rule),
};

function exact({ outputs }: Parameters<Rule>[0]): ReturnType<Rule> {
  return outputs.map(() => ({ passed: null, own: null, why: "does not depend on its inputs' elements" }));
}

/** Elements that meet at one place are added or compared there. */
function scattered(rule: Parameters<Rule>[0]): ReturnType<Rule> {
  const plain = rule.call.string("reduction", "none") === "none";
  return plain ? movement(0, 2)(rule) : perturbing(0, 2)(rule);
}

function windowsOf({ call }: Parameters<Rule>[0]): number {
  return call.input(0).data.length / Math.max(1, call.input(0).dims[0] ?? 1);
}

const composedRules = (domain: string): Record<string, Rule> =>
  Object.fromEntries(
    Object.entries(compositions[domain] ?? {}).map(([name, composition]) => [name, composed(composition)]),
  );

/** What a runtime may have made of a value besides: the second operand says it. */
const uncertain: Rule = ({ call, errors }) => [
  {
    passed: errors[0] ?? null,
    own: call.floats(1).data,
    why: "a runtime may quantize it on the way",
  },
];

/** By domain; the standard's is "". */
const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  "": { ...standard, ...composedRules("") },
  "ai.onnx": { ...standard, ...composedRules("") },
  "ai.onnx.ml": ml,
  "com.microsoft": composedRules("com.microsoft"),
  congruent: { Uncertain: uncertain },
};

/** The rule of an operator; one that none was written for is perturbed. */
export function ruleOf(domain: string, opType: string): Rule {
  return rules[domain]?.[opType] ?? byPerturbation;
}

/** Operators that have a rule of their own. */
export function operatorsWithRules(): string[] {
  return Object.keys(standard).sort();
}
