/**
 * The shapes that operators ask of their operands, from the pages of ONNX's operators. Operands that broadcast each other, or of which
 * nothing is asked, are not listed.
 */
import type { NodeFacts } from "./node-facts.js";

/** A pattern as `shape-pattern` reads it, or what makes one of the node; a text that begins with `!` is a refusal in words. */
export type OperandRule = string | ((facts: NodeFacts) => string);

/** Filters have the rank of the input, and the window that the node states. */
function filters(facts: NodeFacts): string {
  const axes =
    facts.ints("kernel_shape") ??
    facts
      .dims(0)
      ?.slice(2)
      .map(() => "_");
  return axes ? axes.map((size) => `,${size}`).join("") : ",...";
}

const convolution = (facts: NodeFacts) => `X[N,C,...] W[M,_${filters(facts)}] B[M]`;
const channels = "X[N,C,...]";
const axesInput = "data[...] axes()|[_]";

/** X [S, B, I] or, batch first, [B, S, I]; states likewise. `gates` is how many rows each unit has. */
function recurrent(gates: number, cell: string): OperandRule {
  return (facts) => {
    const both = facts.text("direction", "forward") === "bidirectional";
    const d = both ? 2 : 1;
    const [x, state] = facts.int("layout", 0) === 1 ? ["B,S,I", `B,${d},H`] : ["S,B,I", `${d},B,H`];
    return (
      `X[${x}] W[${d},${gates}*H,I] R[${d},${gates}*H,H] B[${d},${2 * gates}*H] sequence_lens[B] initial_h[${state}]` +
      cell.replace("STATE", state).replace("DIRECTIONS", String(d))
    );
  };
}

/** A scale or zero point for all, for each place of an axis, or for blocks of it. */
function quantized(facts: NodeFacts): string {
  const x = facts.dims(0);
  if (!x) return "X* scale* zero*";
  const axis = facts.int("axis", 1);
  const block = facts.int("block_size", 0);
  if (block === 0) {
    const size = facts.size(0, axis);
    return `X* scale()|[${size}] zero()|[${size}]`;
  }
  const at = axis < 0 ? axis + x.length : axis;
  const blocks = x.map((dim, i) => (dim === -1 ? "_" : i === at ? Math.ceil(dim / block) : dim));
  return `X* scale[${blocks}] zero[${blocks}]`;
}

/** Scale and bias of what is normalized from an axis to the end. */
const normalizedTail: OperandRule = "X[...S] scale~[...S] bias~[...S]";

function gatherElements(facts: NodeFacts): string {
  const [data, indices] = [facts.dims(0), facts.dims(1)];
  if (!data || !indices) return "data* indices*";
  if (data.length !== indices.length)
    return `!its indices [${indices.join(", ")}] do not have the rank of [${data.join(", ")}]`;
  const given = facts.int("axis", 0);
  const axis = given < 0 ? given + data.length : given;
  const beyond = indices.some((dim, i) => i !== axis && data[i] !== -1 && dim > (data[i] as number));
  return beyond
    ? `!its indices [${indices.join(", ")}] reach beyond [${data.join(", ")}]`
    : "data* indices[...I] updates[...I]";
}

function scatterND(facts: NodeFacts): string {
  const [data, indices] = [facts.dims(0), facts.dims(1)];
  const length = indices?.at(-1);
  if (!data || !indices || length === undefined || length === -1) return "data* indices* updates*";
  if (length > data.length) return `!its indices address ${length} axes of [${data.join(", ")}]`;
  const wanted = [...indices.slice(0, -1), ...data.slice(length)];
  return `data* indices* updates[${wanted.map((dim) => (dim === -1 ? "_" : dim))}]`;
}

function gatherND(facts: NodeFacts): string {
  const [data, indices] = [facts.dims(0), facts.dims(1)];
  const length = indices?.at(-1);
  if (!data || !indices) return "data* indices*";
  if (length === undefined) return "!its indices are a scalar, and must have an axis";
  const shared = facts.int("batch_dims", 0);
  if (shared + length > data.length)
    return `!its indices address ${shared + length} axes of [${data.join(", ")}]`;
  const own = data.slice(0, shared).map((dim) => (dim === -1 ? "_" : dim));
  return shared === 0 ? "data* indices[...,_]" : `data* indices[${own},...,_]`;
}

/** Rows of so many features. */
function features(count: number): string {
  return Number.isInteger(count) && count > 0 ? `X[${count}]|[_,${count}]` : "X*";
}

/** One number for all features or one for each. */
function perFeature(count: number): string {
  return count > 1 ? `X[...,${count}]` : "X*";
}

/** A tree reads a feature by its number. */
function trees(facts: NodeFacts): string {
  const width = facts.dims(0)?.at(-1) ?? -1;
  const asked = Math.max(-1, ...(facts.ints("nodes_featureids") ?? []));
  if (width >= 0 && asked >= width) return `!its trees ask for feature ${asked} of ${width}`;
  return "X[_]|[_,_]";
}

const quantizedLinear = (count: number) =>
  Array.from({ length: count }, (_, i) => `X${i}* scale${i}() zero${i}()`).join(" ");

/** One element each, whatever stands before them. */
const singles = (...names: readonly string[]) => names.map((name) => `${name}()`).join(" ");

function reverseSequence(facts: NodeFacts): string {
  return `data[_,_,...] lengths[${facts.size(0, facts.int("batch_axis", 1))}]`;
}

function resize(facts: NodeFacts): string {
  const axes = facts.ints("axes");
  const count = axes ? String(axes.length) : "#X";
  // An empty tensor stands for one that is left out.
  return facts.version < 11
    ? "X[...] scales[#X]"
    : `X[...] roi[2*${count}]|[0] scales[${count}]|[0] sizes[${count}]|[0]`;
}

function matrixPoints(facts: NodeFacts): string {
  return `A[...] B[...] a()|[${facts.size(0, -2)}]|[...,${facts.size(0, -2)},1] b()|[${facts.size(1, -1)}]|[...,1,${facts.size(1, -1)}]`;
}

function qLinearMatMul(facts: NodeFacts): string {
  const [rows, columns] = [facts.size(0, -2), facts.size(3, -1)];
  const a = `()|[...,${rows},1]`;
  const b = `()|[${columns}]|[...,1,${columns}]`;
  return `A* a_scale${a} a_zero${a.replace("()", `()|[${rows}]`)} B* b_scale${b} b_zero${b} y_scale${a} y_zero${a}`;
}

function gemm(facts: NodeFacts): string {
  if (facts.version < 7) return "A[_,_] B[_,_]";
  const a = facts.int("transA", 0) === 0 ? "M,K" : "K,M";
  const b = facts.int("transB", 0) === 0 ? "K,N" : "N,K";
  return `A[${a}] B[${b}] C~[M,N]`;
}

const standard: Readonly<Record<string, OperandRule>> = {
  AveragePool: channels,
  AffineGrid: (facts) => (facts.dims(1)?.[0] === 5 ? "theta[N,3,4] size[5]" : "theta[N,2,3] size[4]|[5]"),
  BatchNormalization: `${channels} scale[C] B[C] mean[C] var[C]`,
  BlackmanWindow: singles("size"),
  CenterCropPad: (facts) => `X[...] shape[${facts.ints("axes")?.length ?? "#X"}]`,
  Clip: "X* min() max()",
  Col2Im: "X[N,C,L] image[R] block[R]",
  Compress: (facts) => {
    const [data, kept] = [facts.dims(0), facts.dims(1)];
    const size = facts.has("axis") ? facts.size(0, facts.int("axis", 0)) : data?.reduce((a, b) => a * b, 1);
    const beyond = typeof size === "number" && size >= 0 && (kept?.[0] ?? 0) > size;
    return beyond ? `!its condition has ${kept?.[0]} elements for ${size} places` : "data* condition[_]";
  },
  ConstantOfShape: "shape[_]",
  Conv: convolution,
  ConvInteger: "X[N,C,...] W[M,_,...] x_zero() w_zero()|[M]",
  ConvTranspose: (facts) => `X[N,C,...] W[C,G${filters(facts)}] B[G*$group]`,
  CumProd: "X* axis()",
  CumSum: "X* axis()",
  DFT: (facts) =>
    facts.version < 20 && facts.int("axis", 1) === (facts.dims(0)?.length ?? 0) - 1
      ? "!its axis is the one of real and imaginary parts"
      : "X[...,1]|[...,2] length() axis()",
  DeformConv: "X[N,C,_,_] W[M,_,H,W] offset[N,2*$offset_group*H*W,P,Q] B[M] mask[N,$offset_group*H*W,P,Q]",
  DepthToSpace: "X[N,C,H,W]",
  DequantizeLinear: quantized,
  Det: "X[...,M,M]",
  Dropout: "X* ratio() training()",
  Expand: "X* shape[_]",
  EyeLike: "X[_,_]",
  GRU: recurrent(3, ""),
  GatherElements: gatherElements,
  GatherND: gatherND,
  Gemm: gemm,
  GlobalAveragePool: channels,
  GlobalLpPool: channels,
  GlobalMaxPool: channels,
  GridSample: (facts) =>
    `X[N,C,...] grid[N,...,${(facts.dims(0)?.length ?? 0) > 2 ? (facts.dims(0)?.length ?? 0) - 2 : "_"}]`,
  GroupNormalization: ({ version }) =>
    version < 21 ? `${channels} scale[$num_groups] bias[$num_groups]` : `${channels} scale[C] bias[C]`,
  HammingWindow: singles("size"),
  HannWindow: singles("size"),
  If: singles("condition"),
  InstanceNormalization: `${channels} scale[C] B[C]`,
  LRN: channels,
  LSTM: recurrent(4, " initial_c[STATE] P[DIRECTIONS,3*H]"),
  LayerNormalization: normalizedTail,
  Loop: singles("M", "condition"),
  LpPool: channels,
  MatMulInteger: matrixPoints,
  MaxPool: channels,
  MaxRoiPool: "X[N,C,_,_] rois[R,5]",
  MaxUnpool: "X[...S] I[...S] output_shape[#X]",
  MelWeightMatrix: singles("bins", "length", "rate", "low", "high"),
  NegativeLogLikelihoodLoss: "X[N,C,...D] target[N,...D] weight[C]",
  NonMaxSuppression: `boxes[N,S,4] scores[N,C,S] ${singles("most", "iou", "score")}`,
  OneHot: "indices* depth() values[2]",
  PRelu: ({ version }) => (version < 7 ? "X*" : "X[...S] slope~[...S]"),
  Pad: ({ version }) => (version < 11 ? "X*" : "X[...] pads[2*A] value() axes[A=#X]"),
  QLinearConv: "X[N,C,...] x_scale() x_zero() W[M,_,...] w_scale()|[M] w_zero()|[M] y_scale() y_zero() B[M]",
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantized,
  RMSNormalization: "X[...S] scale~[...S]",
  RNN: recurrent(1, ""),
  Range: singles("start", "limit", "delta"),
  ReduceL1: axesInput,
  ReduceL2: axesInput,
  ReduceLogSum: axesInput,
  ReduceLogSumExp: axesInput,
  ReduceMax: axesInput,
  ReduceMean: axesInput,
  ReduceMin: axesInput,
  ReduceProd: axesInput,
  ReduceSum: axesInput,
  ReduceSumSquare: axesInput,
  Reshape: "X* shape[_]",
  Resize: resize,
  ReverseSequence: reverseSequence,
  RoiAlign: "X[N,C,_,_] rois[R,4] batch[R]",
  STFT: "signal[N,L,1]|[N,L,2]|[N,L] step() window[W] length()",
  Scatter: gatherElements,
  ScatterElements: gatherElements,
  ScatterND: scatterND,
  Slice: ({ version }) => (version < 10 ? "X*" : "X[...] starts[K] ends[K] axes[K] steps[K]"),
  SoftmaxCrossEntropyLoss: "X[N,C,...D] labels[N,...D] weights[C]",
  SpaceToDepth: "X[N,C,H,W]",
  Split: ({ version }) => (version < 13 ? "X*" : "X* split[_]"),
  Squeeze: axesInput,
  TfIdfVectorizer: "X[_]|[_,_]",
  Tile: ({ version }) => (version < 6 ? "X*" : "X[...] repeats[#X]"),
  TopK: "X* K()",
  Trilu: "X[...,_,_] k()",
  Unsqueeze: axesInput,
  Upsample: ({ version }) => (version < 9 ? "X*" : "X[...] scales[#X]"),
};

const ml: Readonly<Record<string, OperandRule>> = {
  Imputer: (facts) => perFeature(facts.count("imputed_value_floats") || facts.count("imputed_value_int64s")),
  LinearClassifier: (facts) => features(facts.count("coefficients") / Math.max(1, facts.count("intercepts"))),
  LinearRegressor: (facts) => features(facts.count("coefficients") / Math.max(1, facts.int("targets", 1))),
  SVMClassifier: (facts) => {
    const vectors = (facts.ints("vectors_per_class") ?? []).reduce((sum, each) => sum + each, 0);
    return vectors === 0 ? "X*" : features(facts.count("support_vectors") / vectors);
  },
  SVMRegressor: (facts) => {
    const vectors = facts.int("n_supports", 0);
    return features(vectors === 0 ? facts.count("coefficients") : facts.count("support_vectors") / vectors);
  },
  Scaler: (facts) => perFeature(Math.max(facts.count("offset"), facts.count("scale"))),
  TreeEnsemble: trees,
  TreeEnsembleClassifier: trees,
  TreeEnsembleRegressor: trees,
};

const microsoft: Readonly<Record<string, OperandRule>> = {
  BiasGelu: "A[...,C] B[C]",
  FastGelu: "X[...,C] bias[C]",
  FusedConv: convolution,
  SkipLayerNormalization: "input[...S,C] skip~[...S,C] gamma[C] beta[C] bias[C]",
  SkipSimplifiedLayerNormalization: "input[...S,C] skip~[...S,C] gamma[C] bias[C]",
  EmbedLayerNormalization:
    "ids[N,S] segments[N,S] word[_,C] position[_,C] segment[_,C] gamma[C] beta[C] mask[N,S] positions[_,S]",
  MatMulNBits: (facts) => {
    const [k, n] = [facts.int("K", 0), facts.int("N", 0)];
    const blocks = Math.ceil(k / Math.max(1, facts.int("block_size", 32)));
    const bytes = (facts.int("block_size", 32) * facts.int("bits", 4)) / 8;
    const zeros = Math.ceil((blocks * facts.int("bits", 4)) / 8);
    return `A[...,${k}] B[${n},${blocks},${bytes}] scales[${n * blocks}]|[${n},${blocks}] zeros[${n * zeros}]|[${n},${zeros}]|[${n * blocks}]|[${n},${blocks}] g_idx[_] bias[${n}]`;
  },
  DynamicQuantizeMatMul: "A[...,K] B[...,K,N] b_scale()|[N]|[...,1,N] b_zero()|[N]|[...,1,N] bias[N]",
  MatMulIntegerToFloat: (facts) => {
    const rows = facts.size(0, -2);
    return `A[...,K] B[...,K,N] a_scale()|[${rows}] b_scale()|[N]|[...,1,N] a_zero()|[${rows}] b_zero()|[N]|[...,1,N] bias[N]`;
  },
  QLinearAdd: quantizedLinear(2).concat(" scale() zero()"),
  QLinearMul: quantizedLinear(2).concat(" scale() zero()"),
  QLinearSigmoid: "X* x_scale() x_zero() y_scale() y_zero()",
  QLinearLeakyRelu: "X* x_scale() x_zero() y_scale() y_zero()",
  QLinearAveragePool: "X* x_scale() x_zero() y_scale() y_zero()",
  QLinearGlobalAveragePool: "X* x_scale() x_zero() y_scale() y_zero()",
  QLinearSoftmax: "X* x_scale() x_zero() y_scale() y_zero()",
  QAttention: "input[N,S,D] weight[D,E] bias[E] x_scale() w_scale()|[E] mask* x_zero() w_zero()|[E]",
  Attention: "input[N,S,D] weight[D,E] bias[E]",
  RotaryEmbedding: "input* positions()|[N,S] cos[_,H] sin[_,H]",
  DynamicQuantizeLSTM:
    "X[S,B,I] W[D,I,4*H] R[D,H,4*H] B[D,8*H] sequence_lens[B] initial_h[D,B,H] initial_c[D,B,H] P[D,3*H] w_scale[D]|[D,4*H] w_zero[D]|[D,4*H] r_scale[D]|[D,4*H] r_zero[D]|[D,4*H]",
};

/** By domain, the standard's "", and operator. */
export const OPERAND_RULES: Readonly<Record<string, Readonly<Record<string, OperandRule>>>> = {
  "": standard,
  "ai.onnx.ml": ml,
  "com.microsoft": microsoft,
};
