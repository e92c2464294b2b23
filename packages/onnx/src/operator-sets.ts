/** Which operators the operator sets have. A test compares them with the onnx package. */
import { closest } from "@congruent/core";

export interface OperatorSet {
  /** The newest version that is known here. */
  newest: number;
  /** The version since which each operator is there. */
  since: ReadonlyMap<string, number>;
  /** The version in which an operator was withdrawn. */
  until: ReadonlyMap<string, number>;
}

function operatorSet(
  newest: number,
  names: Readonly<Record<number, string>>,
  until: Readonly<Record<string, number>> = {},
): OperatorSet {
  const since = Object.entries(names).flatMap(([version, list]) =>
    list.split(" ").map((name): [string, number] => [name, Number(version)]),
  );
  return { newest, since: new Map(since), until: new Map(Object.entries(until)) };
}

const standard = operatorSet(
  28,
  {
    1:
      "Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast Ceil Clip Concat Constant Conv " +
      "ConvTranspose DepthToSpace Div Dropout Elu Equal Exp Flatten Floor GRU Gather Gemm " +
      "GlobalAveragePool GlobalLpPool GlobalMaxPool Greater HardSigmoid Hardmax Identity If " +
      "InstanceNormalization LRN LSTM LeakyRelu Less Log LogSoftmax Loop LpNormalization LpPool MatMul " +
      "Max MaxPool MaxRoiPool Mean Min Mul Neg Not Or PRelu Pad Pow RNN RandomNormal RandomNormalLike " +
      "RandomUniform RandomUniformLike Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp " +
      "ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Selu Shape " +
      "Sigmoid Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh Tile " +
      "TopK Transpose Unsqueeze Upsample Xor",
    7: "Acos Asin Atan Cos Multinomial Sin Tan",
    8: "Expand Scan",
    9:
      "Acosh Asinh Atanh Compress ConstantOfShape Cosh Erf EyeLike IsNaN MaxUnpool " +
      "MeanVarianceNormalization NonZero OneHot Scatter Shrink Sign Sinh TfIdfVectorizer Where",
    10:
      "ConvInteger DequantizeLinear IsInf MatMulInteger Mod NonMaxSuppression QLinearConv QLinearMatMul " +
      "QuantizeLinear Resize ReverseSequence RoiAlign StringNormalizer ThresholdedRelu",
    11:
      "BitShift ConcatFromSequence CumSum Det DynamicQuantizeLinear GatherElements GatherND Range Round " +
      "ScatterElements ScatterND SequenceAt SequenceConstruct SequenceEmpty SequenceErase " +
      "SequenceInsert SequenceLength SplitToSequence Unique",
    12: "Celu Einsum GreaterOrEqual LessOrEqual NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss",
    14: "HardSwish Trilu",
    15: "Bernoulli CastLike Optional OptionalGetElement OptionalHasElement",
    16: "GridSample",
    17: "BlackmanWindow DFT HammingWindow HannWindow LayerNormalization MelWeightMatrix STFT SequenceMap",
    18: "BitwiseAnd BitwiseNot BitwiseOr BitwiseXor CenterCropPad Col2Im GroupNormalization Mish",
    19: "DeformConv",
    20: "AffineGrid Gelu ImageDecoder RegexFullMatch StringConcat StringSplit",
    23: "Attention RMSNormalization RotaryEmbedding",
    24: "Swish TensorScatter",
    26: "BitCast CumProd",
    27: "CausalConvWithState LinearAttention",
    28: "SwiGLU",
  },
  { Scatter: 11, Upsample: 10 },
);
const ml = operatorSet(
  5,
  {
    1:
      "ArrayFeatureExtractor Binarizer CastMap CategoryMapper DictVectorizer FeatureVectorizer Imputer " +
      "LabelEncoder LinearClassifier LinearRegressor Normalizer OneHotEncoder SVMClassifier " +
      "SVMRegressor Scaler TreeEnsembleClassifier TreeEnsembleRegressor ZipMap",
    5: "TreeEnsemble",
  },
  { TreeEnsembleClassifier: 5, TreeEnsembleRegressor: 5 },
);

/** What ONNX Runtime takes in the standard's name at any version: written by its optimizer and by exporters of the first years. */
const RUNTIME_EXTRAS = new Set([
  "Affine",
  "Crop",
  "DynamicSlice",
  "GivenTensorFill",
  "ImageScaler",
  "LayerNormalization",
  "ParametricSoftplus",
  "Scale",
  "ScaledTanh",
  "SimplifiedLayerNormalization",
]);

/** The published operator sets by domain. */
export const OPERATOR_SETS: Readonly<Record<string, OperatorSet>> = {
  "": standard,
  "ai.onnx": standard,
  "ai.onnx.ml": ml,
};

/**
 * Domains whose operators are not listed here and left to the runtimes: ONNX Runtime's own, and those that its optimizer and PyTorch's
 * exporter write.
 */
export const OPEN_DOMAINS: ReadonlySet<string> = new Set([
  "ai.onnx.preview",
  "ai.onnx.preview.training",
  "ai.onnx.training",
  "com.microsoft",
  "com.microsoft.experimental",
  "com.microsoft.nchwc",
  "com.ms.internal.nhwc",
  "org.pytorch.aten",
]);

/**
 * What is wrong with an operator at a version of its domain's set, as half a sentence; null where nothing is.
 *
 * @example
 * ```ts
 * operatorFlaw("", "Gelu", 13); // => "exists since version 20 of the operator set; the model imports version 13"
 * operatorFlaw("", "Gleu", 13); // => "is no operator of ONNX"
 * operatorFlaw("", "Sofmax", 13); // => 'is no operator of ONNX (did you mean "Softmax"?)'
 * operatorFlaw("", "Relu", 13); // => null
 * ```
 */
export function operatorFlaw(domain: string, name: string, version: number): string | null {
  if (OPEN_DOMAINS.has(domain)) return null;
  const set = OPERATOR_SETS[domain];
  if (!set) return `is of the domain ${domain}, whose operators no runtime here has`;
  if (set === standard && RUNTIME_EXTRAS.has(name)) return null;
  const since = set.since.get(name);
  if (since === undefined) {
    const meant = closest(name, [...set.since.keys()]);
    const suggestion = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
    return `is no operator of ${domain === "ai.onnx.ml" ? domain : "ONNX"}${suggestion}`;
  }
  const imports = `the model imports version ${version}`;
  if (since > version) return `exists since version ${since} of the operator set; ${imports}`;
  const until = set.until.get(name);
  return until !== undefined && until <= version
    ? `was withdrawn in version ${until} of the operator set; ${imports}`
    : null;
}
