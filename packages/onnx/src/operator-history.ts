/** The versions of the operator sets in which an operator became another form of itself. A test compares the lists with the onnx package. */
import { OPERATOR_SETS } from "./operator-sets.js";

function table(lists: Readonly<Record<string, string>>): ReadonlyMap<string, readonly number[]> {
  return new Map(
    Object.entries(lists).flatMap(([versions, names]) =>
      names.split(" ").map((name): [string, number[]] => [name, versions.split(" ").map(Number)]),
    ),
  );
}

/** Of operators with more than one form, by the versions that have a new one. */
const standard = table({
  "1 2 11 13 18": "Split",
  "1 2 11 13 18 19 21 23 24 25": "Pad",
  "1 2 11 18 22": "LpPool",
  "1 2 22": "GlobalLpPool",
  "1 3 7 14 22": "GRU",
  "1 4 11 13": "Concat",
  "1 5 13 14 19 21 23 24 25": "Reshape",
  "1 6 7 9 11 13": "Gemm",
  "1 6 7 9 14 15": "BatchNormalization",
  "1 6 7 9 16": "PRelu",
  "1 6 7 10 12 13 22": "Dropout",
  "1 6 7 13 14": "Add Div Mul Sub",
  "1 6 8 12 13": "Max Min",
  "1 6 8 13": "Mean Sum",
  "1 6 9 13 19 21 23 24 25 28": "Cast",
  "1 6 11 12 13": "Clip",
  "1 6 13": "Abs Ceil Exp Floor Log Neg Reciprocal Sigmoid Sqrt Tanh Tile",
  "1 6 13 14": "Relu",
  "1 6 16": "LeakyRelu",
  "1 6 22": "Elu HardSigmoid InstanceNormalization Selu",
  "1 7": "And Or Xor",
  "1 7 9 10": "Upsample",
  "1 7 9 13": "Greater Less",
  "1 7 10 11 19 22": "AveragePool",
  "1 7 11 13 19": "Equal",
  "1 7 12 13 15": "Pow",
  "1 7 14 22": "LSTM RNN",
  "1 8 10 11 12 22": "MaxPool",
  "1 9 11 12 13 19 21 23 24 25": "Constant",
  "1 9 11 13 21 23 24 25": "Flatten",
  "1 9 13": "MatMul",
  "1 10 11 13": "Slice",
  "1 10 11 24": "TopK",
  "1 11 12 13": "ArgMax ArgMin",
  "1 11 12 13 18 20": "ReduceMax ReduceMin",
  "1 11 13": "Gather Hardmax LogSoftmax ReduceSum Softmax",
  "1 11 13 16 19 21 23 24 25": "If Loop",
  "1 11 13 18": "ReduceL1 ReduceL2 ReduceMean ReduceProd ReduceSumSquare",
  "1 11 13 18 28": "ReduceLogSum ReduceLogSumExp",
  "1 11 13 21 23 24 25": "Squeeze Unsqueeze",
  "1 11 13 28": "DepthToSpace",
  "1 11 22": "Conv ConvTranspose",
  "1 13": "LRN",
  "1 13 14 16 19 21 23 24 25": "Identity",
  "1 13 15 19 21 23 24 25": "Shape",
  "1 13 19 21 23 24 25": "Size",
  "1 13 21 23 24 25": "Transpose",
  "1 13 28": "SpaceToDepth",
  "1 22":
    "GlobalAveragePool GlobalMaxPool LpNormalization MaxRoiPool RandomNormal RandomNormalLike " +
    "RandomUniform RandomUniformLike Softplus Softsign",
  "7 22": "Acos Asin Atan Cos Multinomial Sin Tan",
  "8 9 11 16 19 21 23 24 25": "Scan",
  "8 13": "Expand",
  "9 11": "Scatter",
  "9 11 22": "MaxUnpool",
  "9 11 28": "Compress OneHot",
  "9 13": "Erf MeanVarianceNormalization NonZero Sign",
  "9 13 20": "IsNaN",
  "9 16": "Where",
  "9 20 21 23 24 25": "ConstantOfShape",
  "9 22": "Acosh Asinh Atanh Cosh EyeLike Sinh",
  "10 11": "NonMaxSuppression",
  "10 11 13 18 19": "Resize",
  "10 13 19 21 23 24 25 28": "DequantizeLinear QuantizeLinear",
  "10 13 28": "Mod",
  "10 16 22": "RoiAlign",
  "10 20": "IsInf",
  "10 21": "QLinearMatMul",
  "10 22": "ThresholdedRelu",
  "10 28": "ReverseSequence",
  "11 12 13": "GatherND",
  "11 13": "GatherElements",
  "11 13 16 18": "ScatterElements ScatterND",
  "11 14": "CumSum",
  "11 22": "Det Round",
  "11 24": "SplitToSequence",
  "11 27": "Range",
  "11 28": "BitShift Unique",
  "12 13": "SoftmaxCrossEntropyLoss",
  "12 13 22": "NegativeLogLikelihoodLoss",
  "12 16": "GreaterOrEqual LessOrEqual",
  "12 28": "Celu Einsum",
  "14 22": "HardSwish",
  "15 18 28": "OptionalGetElement OptionalHasElement",
  "15 19 21 23 24 25": "CastLike",
  "15 22": "Bernoulli",
  "15 28": "Optional",
  "16 20 22": "GridSample",
  "17 20": "DFT",
  "18 21": "GroupNormalization",
  "18 22": "Mish",
  "19 22": "DeformConv",
  "23 24 25": "Attention",
});

const ml = table({
  "1 2 4": "LabelEncoder",
  "1 3 5": "TreeEnsembleClassifier TreeEnsembleRegressor",
});

const histories: Readonly<Record<string, ReadonlyMap<string, readonly number[]>>> = {
  "": standard,
  "ai.onnx": standard,
  "ai.onnx.ml": ml,
};

/** All forms of an operator by the version that has each; undefined for one that is not known. */
export function operatorVersions(domain: string, name: string): readonly number[] | undefined {
  const since = OPERATOR_SETS[domain]?.since.get(name);
  return histories[domain]?.get(name) ?? (since === undefined ? undefined : [since]);
}

/**
 * The version that gave an operator the form that it has in another version; undefined for one that is not known there.
 *
 * @example
 * ```ts
 * operatorSince("", "Softmax", 12); // => 11
 * operatorSince("", "Softmax", 17); // => 13
 * ```
 */
export function operatorSince(domain: string, name: string, version: number): number | undefined {
  return operatorVersions(domain, name)?.findLast((since) => since <= version);
}
