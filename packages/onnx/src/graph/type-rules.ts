/** Element types of operators' outputs, from those of their inputs: the type constraints of the ONNX operator pages as a table. */
import {
  AttributeProto_AttributeType as A,
  type AttributeProto,
  type NodeProto,
  TensorProto_DataType as T,
} from "../generated/onnx/onnx-ml_pb.js";

/** The ONNX element type of one output, or undefined where it cannot be told or the value is no tensor. */
export type TypeRule = (node: NodeProto, inputs: readonly (number | undefined)[]) => number | undefined;

const is =
  (type: T): TypeRule =>
  () =>
    type;

const as =
  (position: number): TypeRule =>
  (_, inputs) =>
    inputs[position];

/** The type that an attribute names; what `otherwise` says without it. */
const named =
  (name: string, otherwise: TypeRule): TypeRule =>
  (node, inputs) => {
    const type = Number(attribute(node, name)?.i ?? 0n);
    return type === 0 ? otherwise(node, inputs) : type;
  };

/** The first rule that knows. */
const either =
  (...rules: readonly TypeRule[]): TypeRule =>
  (node, inputs) => {
    for (const rule of rules) {
      const type = rule(node, inputs);
      if (type !== undefined) return type;
    }
    return undefined;
  };

/** `type` where one of the attributes is there. */
const where =
  (names: readonly string[], type: T): TypeRule =>
  (node) =>
    names.some((name) => attribute(node, name)) ? type : undefined;

function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find((candidate) => candidate.name === name);
}

const constant: TypeRule = (node) => {
  const [value] = node.attribute;
  if (!value) return undefined;
  if (value.type === A.SPARSE_TENSOR) return value.sparseTensor?.values?.dataType;
  const types: Partial<Record<A, T>> = {
    [A.FLOAT]: T.FLOAT,
    [A.FLOATS]: T.FLOAT,
    [A.INT]: T.INT64,
    [A.INTS]: T.INT64,
    [A.STRING]: T.STRING,
    [A.STRINGS]: T.STRING,
  };
  return value.t?.dataType ?? types[value.type];
};

const words = (text: string) => text.trim().split(/\s+/);

/** Every output has the type of the first input. */
const LIKE_FIRST = words(`
  Abs Acos Acosh Add AffineGrid And Asin Asinh Atan Atanh Attention AveragePool BatchNormalization BitShift BitwiseAnd BitwiseNot
  BitwiseOr BitwiseXor Ceil Celu CenterCropPad Clip Col2Im Compress Concat Conv ConvTranspose Cos Cosh CumSum CumProd DeformConv
  DepthToSpace Det DFT Div Einsum Elu Erf Exp Expand Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm GlobalAveragePool
  GlobalLpPool GlobalMaxPool GridSample GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization LRN LSTM
  LeakyRelu Log LogSoftmax LpNormalization LpPool MatMul Max MaxRoiPool MaxUnpool Mean MeanVarianceNormalization Min Mish Mod Mul
  Neg NegativeLogLikelihoodLoss PRelu Pad Pow RMSNormalization RNN Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp
  ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize ReverseSequence RoiAlign RotaryEmbedding
  Round STFT Scatter ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh Slice Softmax SoftmaxCrossEntropyLoss Softplus
  Softsign SpaceToDepth Split Sqrt Squeeze StringConcat StringNormalizer Sub Sum Swish Tan Tanh TensorScatter ThresholdedRelu Tile
  Transpose Trilu Unsqueeze Upsample
`);

const BOOLEAN = words(
  "Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not Or RegexFullMatch Xor And",
);
const INT64 = words("ArgMax ArgMin NonMaxSuppression NonZero Shape Size");

/** By operator, one rule per output; the last one holds for all further outputs. */
const standard: Readonly<Record<string, readonly TypeRule[]>> = {
  ...Object.fromEntries(LIKE_FIRST.map((op) => [op, [as(0)]])),
  ...Object.fromEntries(BOOLEAN.map((op) => [op, [is(T.BOOL)]])),
  ...Object.fromEntries(INT64.map((op) => [op, [is(T.INT64)]])),
  Bernoulli: [named("dtype", as(0))],
  BlackmanWindow: [named("output_datatype", is(T.FLOAT))],
  Cast: [named("to", () => undefined)],
  CastLike: [as(1)],
  Constant: [constant],
  ConstantOfShape: [either((node) => attribute(node, "value")?.t?.dataType, is(T.FLOAT))],
  ConvInteger: [is(T.INT32)],
  DequantizeLinear: [named("output_dtype", as(1))],
  Dropout: [as(0), is(T.BOOL)],
  DynamicQuantizeLinear: [is(T.UINT8), is(T.FLOAT), is(T.UINT8)],
  EyeLike: [named("dtype", as(0))],
  HammingWindow: [named("output_datatype", is(T.FLOAT))],
  HannWindow: [named("output_datatype", is(T.FLOAT))],
  LayerNormalization: [as(0), named("stash_type", is(T.FLOAT))],
  MatMulInteger: [is(T.INT32)],
  MaxPool: [as(0), is(T.INT64)],
  MelWeightMatrix: [named("output_datatype", is(T.FLOAT))],
  Multinomial: [named("dtype", is(T.INT32))],
  OneHot: [as(2)],
  QLinearConv: [as(7)],
  QLinearMatMul: [as(7)],
  QuantizeLinear: [either(as(2), named("output_dtype", is(T.UINT8)))],
  RandomNormal: [named("dtype", is(T.FLOAT))],
  RandomNormalLike: [named("dtype", as(0))],
  RandomUniform: [named("dtype", is(T.FLOAT))],
  RandomUniformLike: [named("dtype", as(0))],
  StringSplit: [is(T.STRING), is(T.INT64)],
  TfIdfVectorizer: [is(T.FLOAT)],
  TopK: [as(0), is(T.INT64)],
  Unique: [as(0), is(T.INT64)],
  Where: [as(1)],
};

const classLabels = either(
  where(["classlabels_strings", "classlabels_string"], T.STRING),
  where(["classlabels_ints", "classlabels_int64s"], T.INT64),
);

const labelEncoder = either(
  where(["values_strings"], T.STRING),
  where(["values_int64s"], T.INT64),
  where(["values_floats"], T.FLOAT),
  (node) => attribute(node, "values_tensor")?.t?.dataType,
);

const ml: Readonly<Record<string, readonly TypeRule[]>> = {
  ArrayFeatureExtractor: [as(0)],
  Binarizer: [as(0)],
  FeatureVectorizer: [is(T.FLOAT)],
  Imputer: [as(0)],
  LabelEncoder: [labelEncoder],
  LinearClassifier: [either(classLabels, is(T.INT64)), is(T.FLOAT)],
  LinearRegressor: [is(T.FLOAT)],
  Normalizer: [is(T.FLOAT)],
  OneHotEncoder: [is(T.FLOAT)],
  SVMClassifier: [either(classLabels, is(T.INT64)), is(T.FLOAT)],
  SVMRegressor: [is(T.FLOAT)],
  Scaler: [is(T.FLOAT)],
  TreeEnsemble: [as(0)],
  TreeEnsembleClassifier: [either(classLabels, is(T.INT64)), is(T.FLOAT)],
  TreeEnsembleRegressor: [is(T.FLOAT)],
};

/** By operator domain. What stands in none of them keeps its type to itself, and a runtime infers it. */
export const typeRules: Readonly<Record<string, Readonly<Record<string, readonly TypeRule[]>>>> = {
  "": standard,
  "ai.onnx": standard,
  "ai.onnx.ml": ml,
};
