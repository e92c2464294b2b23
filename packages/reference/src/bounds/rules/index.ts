/**
 * The rule of each operator. Accuracies are those that the WebNN conformance tests allow (web-platform-tests, webnn/resources/utils.js:
 * ULP as there; a "rounding" here is half a ULP of the sum of magnitudes) and, for functions that GPUs approximate, those of the
 * WGSL specification (section 15.7.4, "Accuracy of concrete floating point expressions").
 */

import { compositions } from "../../composed/index.js";
import type { Rule } from "../rule.js";
import { byPerturbation, perturbing } from "./by-perturbation.js";
import { composed } from "./composed.js";
import { cast, dynamicQuantize, quantize } from "./conversions.js";
import { argExtreme, equal, maxPool, topK, where } from "./decisions.js";
import { corners, division, increasing, lipschitz, power, reciprocal } from "./elementwise.js";
import {
  contractedSize,
  filterSize,
  gemmInnerSize,
  gemmMagnitudes,
  growing,
  innerSize,
  linear,
  reducedSize,
  transposedFilterSize,
  windowSize,
} from "./linear.js";
import { ml } from "./ml.js";
import { movement } from "./movement.js";
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  rmsNormalization,
} from "./normalization.js";
import { logSoftmax, softmax } from "./softmax.js";

const webnn = "the WebNN tests";
const wgsl = "WGSL";
/** Polynomials over the whole range (Abramowitz and Stegun 7.1.26 among them) are accurate to 1.5e-7 absolutely: 4 roundings. */
const polynomial = { ulps: 34, absolute: 4, source: "polynomial approximations" };
/**
 * ONNX Runtime's CPU kernels (mlas, logistic.cpp, Eigen's coefficients) compute 0.5 + p(x) / q(x) with x clamped to ±18. In the lower tail
 * the quotient cancels against 0.5, so its error is absolute there: at most 8 roundings (the last two steps of p and of q, times x, the
 * quotient, the sum, and what earlier steps leave) of a quotient of at most 0.5, 8 x 2^-25, which is 4 roundings of 1. What the clamping
 * leaves out, sigmoid(-18) = 1.5e-8, is below that.
 */
const logistic = { ulps: 34, absolute: 4, source: `${webnn}, and 0.5 + p(x) / q(x) on CPUs` };
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
  Gather: movement(0),
  GatherElements: movement(0),
  GatherND: movement(0),
  Expand: movement(0),
  Tile: movement(0),
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
  NonZero: decided,

  // Rising in every input.
  Add: increasing({ ulps: 1, source: webnn }),
  Sum: linear({ roundings: ({ call }) => call.inputs.length, why: "one for each term", separate: true }),
  Mean: linear({ roundings: ({ call }) => call.inputs.length + 2, why: "n + 2", separate: true }),
  Max: increasing(),
  Min: increasing(),
  Relu: increasing(),
  Clip: increasing(),
  Ceil: increasing(),
  Floor: increasing(),
  Round: increasing(),
  Sign: increasing(),
  Cast: cast,
  CastLike: cast,
  Sigmoid: increasing(logistic),
  HardSigmoid: increasing({ ulps: 2, absolute: 2, source: webnn }),
  Tanh: increasing(polynomial),
  Erf: increasing(polynomial),
  Exp: increasing({ ulps: 3, ulpsAt: (x) => 2 * Math.abs(x), source: `${wgsl}: 3 + 2|x| ULP` }),
  Log: increasing({ ulps: 3, absolute: 8, source: `${wgsl}: 3 ULP, and 2^-21 near 1` }),
  Sqrt: increasing({ ulps: 5, source: `${wgsl}: 1 / inverseSqrt` }),
  Softplus: increasing({ ulps: 18, absolute: 4, source: webnn }),
  Softsign: increasing({ ulps: 3, source: webnn }),
  Elu: increasing({ ulps: 18, absolute: 4, source: webnn }),
  Selu: increasing({ ulps: 18, absolute: 8, source: webnn }),
  Celu: increasing({ ulps: 18, absolute: 4, source: webnn }),
  Atan: increasing({ ulps: 4096, source: `${wgsl}: 4096 ULP` }),
  Asin: increasing(trigonometric),
  Acos: corners(trigonometric),
  Asinh: increasing(trigonometric),
  Acosh: increasing(trigonometric),
  Atanh: increasing(trigonometric),
  Sinh: increasing({ ulps: 36, absolute: 8, source: `${wgsl}: by exp` }),
  ThresholdedRelu: increasing(),
  Shrink: increasing({ ulps: 1 }),

  // Of limited slope.
  Abs: lipschitz(1),
  Neg: lipschitz(1),
  Sin: lipschitz(1, trigonometric),
  Cos: lipschitz(1, trigonometric),
  Gelu: lipschitz(1.13, { ulps: 34, absolute: 8, source: `${webnn}, and polynomial approximations of erf` }),
  Mish: lipschitz(1.1, { ulps: 54, absolute: 4 }),
  HardSwish: lipschitz(1.5, { ulps: 4, absolute: 4, source: webnn }),
  Swish: lipschitz(({ call }) => 1.1 * Math.max(1, Math.abs(call.float("alpha", 1))), { ulps: 35 }),
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

  // Sums of products.
  Conv: linear({
    roundings: (rule) => 2 * filterSize(rule),
    why: "2 x kernel area x channels / groups, the WebNN tests",
  }),
  ConvTranspose: linear({
    roundings: (rule) => 2 * transposedFilterSize(rule),
    why: "2 x kernel area x channels / groups, the WebNN tests",
  }),
  MatMul: linear({ roundings: (rule) => 2 * innerSize(rule), why: "2K, the WebNN tests" }),
  Gemm: linear({
    roundings: (rule) => 2 * gemmInnerSize(rule) + 3,
    why: "2K + 3, the WebNN tests",
    evaluate: gemmMagnitudes,
  }),
  Einsum: linear({ roundings: (rule) => 2 * contractedSize(rule), why: "2 x contracted elements" }),
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
  AveragePool: linear({ roundings: (rule) => windowSize(rule) + 2, why: "n + 2, the WebNN tests" }),
  CumSum: linear({ roundings: ({ call }) => call.input(0).data.length, why: "n" }),

  // Other reductions.
  ReduceL1: growing((n) => n, "n, the WebNN tests"),
  ReduceL2: growing((n) => 2 * n + 1, "2n + 1, the WebNN tests"),
  ReduceSumSquare: growing((n) => 2 * n, "2n, the WebNN tests"),
  ReduceProd: growing((n) => n, "n, the WebNN tests"),
  ReduceMax: increasing(),
  ReduceMin: increasing(),
  ReduceLogSumExp: increasing({ ulps: 36, absolute: 64, source: `${webnn}: 2n + 18` }),
  MaxPool: maxPool(increasing()),
  GlobalMaxPool: increasing(),
  ArgMax: argExtreme(1),
  ArgMin: argExtreme(-1),
  TopK: topK,
  Equal: equal,
  Where: where,

  Resize: perturbing(0),
  Upsample: perturbing(0),
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

/** The number of results itself depends on the inputs. */
function decided({ outputs, errors }: Parameters<Rule>[0]): ReturnType<Rule> {
  const lost = errors.some((each) => each !== null);
  return outputs.map((y) => ({
    passed: lost ? new Float64Array(y.data.length).fill(Number.POSITIVE_INFINITY) : null,
    own: null,
    why: "a decision",
  }));
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
