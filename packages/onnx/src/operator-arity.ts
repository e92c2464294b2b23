/** How many inputs and outputs each operator takes. A test compares the lists with the onnx package. */
import type { NodeProto } from "./generated/onnx/onnx-ml_pb.js";

interface Arity {
  least: number;
  most: number;
}
/** What holds since which version of the operator set, oldest first. */
type History = readonly (Arity & { since: number })[];

/**
 * From lists of operators under what is true of all of them: `2-3` from two to three, `1+` one or more, and `1 2@13` one, but two since
 * version 13. Optional ones at the end may be left out; an empty name leaves out one before them.
 */
function table(lists: Readonly<Record<string, string>>): ReadonlyMap<string, History> {
  return new Map(
    Object.entries(lists).flatMap(([rule, names]) => {
      const history = rule.split(" ").map((part) => {
        const [counts = "", since = "1"] = part.split("@");
        const [least = "", most = least] = counts.replace("+", "-Infinity").split("-");
        return { least: Number(least), most: Number(most), since: Number(since) };
      });
      return names.split(" ").map((name): [string, History] => [name, history]);
    }),
  );
}

const INPUTS = table({
  0: "Constant RandomNormal RandomUniform SequenceEmpty",
  "0-1": "Optional",
  1:
    "Abs Acos Acosh ArgMax ArgMin Asin Asinh Atan Atanh AveragePool Bernoulli Binarizer BitCast " +
    "BitwiseNot BlackmanWindow Cast CastMap CategoryMapper Ceil Celu ConcatFromSequence ConstantOfShape " +
    "Cos Cosh DepthToSpace Det DictVectorizer DynamicQuantizeLinear Elu Erf Exp EyeLike Flatten Floor " +
    "Gelu GlobalAveragePool GlobalLpPool GlobalMaxPool HammingWindow HannWindow HardSigmoid HardSwish " +
    "Hardmax Identity If ImageDecoder Imputer IsInf IsNaN LRN LabelEncoder LeakyRelu LinearClassifier " +
    "LinearRegressor Log LogSoftmax LpNormalization LpPool MaxPool MeanVarianceNormalization Mish " +
    "Multinomial Neg NonZero Normalizer Not OneHotEncoder OptionalGetElement RandomNormalLike " +
    "RandomUniformLike Reciprocal RegexFullMatch Relu Round SVMClassifier SVMRegressor Scaler Selu " +
    "SequenceLength Shape Shrink Sigmoid Sign Sin Sinh Size Softmax Softplus Softsign SpaceToDepth Sqrt " +
    "StringNormalizer StringSplit Swish Tan Tanh TfIdfVectorizer ThresholdedRelu Transpose TreeEnsemble " +
    "TreeEnsembleClassifier TreeEnsembleRegressor Unique ZipMap",
  "1 0-1@18": "OptionalHasElement",
  "1 1-2@13": "ReduceSum Squeeze",
  "1 1-2@18":
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd " +
    "ReduceSumSquare",
  "1 1-3@11": "Clip",
  "1 1-3@12": "Dropout",
  "1 2-3@11 2-4@18": "Pad",
  "1 2@10": "TopK",
  "1 2@13": "Unsqueeze",
  "1 2@5": "Reshape",
  "1 2@9": "Upsample",
  "1 3-5@10": "Slice",
  "1+": "Concat Einsum FeatureVectorizer Max Mean Min SequenceConstruct SequenceMap Sum",
  "1-2": "SequenceErase SplitToSequence Trilu",
  "1-2 1-3@20": "DFT",
  "1-2 1@2 1-2@13": "Split",
  2:
    "Add AffineGrid And ArrayFeatureExtractor BitShift BitwiseAnd BitwiseOr BitwiseXor CastLike " +
    "CenterCropPad Compress CumProd CumSum Div Equal Expand Gather GatherElements GatherND Greater " +
    "GreaterOrEqual GridSample Less LessOrEqual MatMul MaxRoiPool Mod Mul Or PRelu Pow RMSNormalization " +
    "ReverseSequence SequenceAt StringConcat Sub SwiGLU Xor",
  "2 3-4@11 1-4@13": "Resize",
  "2+ 1+@9": "Scan",
  "2-3":
    "Conv ConvTranspose DequantizeLinear LayerNormalization MaxUnpool NegativeLogLikelihoodLoss " +
    "QuantizeLinear SequenceInsert SoftmaxCrossEntropyLoss TensorScatter",
  "2-4": "CausalConvWithState ConvInteger MatMulInteger STFT",
  "2-5": "NonMaxSuppression",
  3:
    "Col2Im GroupNormalization InstanceNormalization OneHot Range RoiAlign Scatter ScatterElements " +
    "ScatterND Where",
  "3 2-3@11": "Gemm",
  "3 2@6": "Tile",
  "3+ 2+@11": "Loop",
  "3-4": "RotaryEmbedding",
  "3-5": "DeformConv",
  "3-6": "GRU LinearAttention RNN",
  "3-6 3-7@24": "Attention",
  "3-8": "LSTM",
  5: "BatchNormalization MelWeightMatrix",
  8: "QLinearMatMul",
  "8-9": "QLinearConv",
});
/** One for all others. */
const OUTPUTS = table({
  "0-2": "RNN",
  "0-3": "LSTM",
  "1 1-2@8": "MaxPool",
  "1+": "If Loop Scan SequenceMap Split",
  "1-2": "Dropout SoftmaxCrossEntropyLoss",
  "1-3": "LayerNormalization",
  "1-4": "Attention Unique",
  "1-5 1-3@14": "BatchNormalization",
  2:
    "CausalConvWithState LinearAttention LinearClassifier SVMClassifier StringSplit TopK " +
    "TreeEnsembleClassifier",
  "2 0-2@3": "GRU",
  3: "DynamicQuantizeLinear",
});

/** Their first inputs are optional though others must follow: an empty name is right there. */
const OPTIONAL_FIRST = new Set(["Loop", "Scan"]);

/** Of an operator at a version of its domain's set; null where it is not known. */
export function operatorArity(name: string, version: number): { inputs: Arity; outputs: Arity } | null {
  const inputs = INPUTS.get(name)?.findLast(({ since }) => since <= version);
  if (!inputs) return null;
  const outputs = OUTPUTS.get(name)?.findLast(({ since }) => since <= version);
  return { inputs, outputs: outputs ?? { least: 1, most: 1 } };
}

/**
 * What is wrong with the numbers of a node's inputs and outputs, as half a sentence; null where nothing is, or where the operator is
 * not known at this version.
 *
 * @param version of the operator set that has the operator
 * @example
 * ```ts
 * arityFlaw(makeNode("Add", ["x"], ["y"]), 17); // => "has 1 input, and takes 2"
 * arityFlaw(makeNode("Clip", ["x", "", "high"], ["y"]), 17); // => null
 * ```
 */
export function arityFlaw({ opType, input, output }: NodeProto, version: number): string | null {
  const arity = operatorArity(opType, version);
  if (!arity) return null;
  const wrong = countFlaw(input, "input", arity.inputs) ?? countFlaw(output, "output", arity.outputs);
  if (wrong !== null || OPTIONAL_FIRST.has(opType)) return wrong;
  const missing = input.slice(0, arity.inputs.least).indexOf("");
  return missing < 0 ? null : `has no input at place ${missing + 1}, where one is required`;
}

function countFlaw(names: readonly string[], kind: string, { least, most }: Arity): string | null {
  if (names.length >= least && names.length <= most) return null;
  const takes =
    most === Number.POSITIVE_INFINITY
      ? `at least ${least}`
      : least === most
        ? String(most)
        : `${least} to ${most}`;
  return `has ${names.length} ${kind}${names.length === 1 ? "" : "s"}, and takes ${takes}`;
}
