/** What a model's arithmetic does to rounding errors, as far as the file alone tells: every graph in it, its functions included. */
import { sizeOf } from "@congruent/core";
import {
  type AttributeProto,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  TensorProto_DataType as T,
  type TensorProto,
} from "@congruent/onnx";

/** What a model's arithmetic does to rounding errors. */
export interface Arithmetic {
  /** Nodes that add up products: an upper bound of how many follow each other. A recurrence counts as several. */
  reductions: number;
  /** Terms in the longest of their sums. */
  terms: number;
  /** All other nodes that compute: an upper bound likewise. */
  others: number;
  /** What one rounding can change, relative to the value, in the coarsest floating-point type of the file. */
  rounding: number;
  /**
   * Outputs behind an operator at which a tiny difference may become a large one: rounding to integers, comparisons, the place of the
   * largest. How far two right runtimes may be apart there, no formula tells.
   */
  jumps: ReadonlySet<string>;
}

/** Half the distance from 1 to the next number. */
export const ROUNDING: Readonly<Record<string, number>> = {
  float64: 2 ** -53,
  float32: 2 ** -24,
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
};

const FLOATS: Readonly<Record<number, keyof typeof ROUNDING>> = {
  [T.DOUBLE]: "float64",
  [T.FLOAT]: "float32",
  [T.FLOAT16]: "float16",
  [T.BFLOAT16]: "bfloat16",
};

/** A recurrence, a Loop or a Scan runs its sums many times; as a part of each state is forgotten, as this many layers. */
const RECURRENCE = 8;

/** Operators whose result may jump where their input hardly changes. */
const JUMPS =
  /^(Quantize|DynamicQuantize|QLinear|QAttention|QGemm|Round|Floor|Ceil|Sign|Mod|ArgM|TopK|Hardmax|NonZero|NonMax|Unique|Compress|Equal|Less|Greater|ThresholdedRelu|Shrink|Binarizer|TreeEnsemble|LabelEncoder|Random|Bernoulli|Multinomial|IsInf|IsNaN)/;
/** What an operator says of a value's shape holds whatever its numbers are. */
const SHAPES = new Set(["Shape", "Size"]);
/** They move and select, and round nothing. */
const MOVES = new Set(
  "Identity Reshape Flatten Squeeze Unsqueeze Transpose Slice Split Concat Gather GatherND GatherElements Expand Tile Pad Constant ConstantOfShape Shape Size Relu MaxPool GlobalMaxPool Max Min Clip Where Cast Dropout If".split(
    " ",
  ),
);
/** From whole numbers they make numbers that are the same everywhere. */
const EXACT = new Set(
  "Identity Reshape Flatten Squeeze Unsqueeze Transpose Slice Split Concat Expand Tile Pad Gather Cast Not And Or Xor Equal Less LessOrEqual Greater GreaterOrEqual Sub Neg Abs NonZero".split(
    " ",
  ),
);
const RECURRENT = /LSTM|GRU|^RNN$/;
const LOOPS = new Set(["Loop", "Scan"]);

type Weights = ReadonlyMap<string, readonly number[]>;

interface Found {
  reductions: number;
  terms: number;
  others: number;
  types: Set<number>;
}

/**
 * Counts a model's sums: in its graph, in the bodies of If, Loop and Scan, and in its functions; weights in initializers and in Constant
 * nodes alike. A sum whose length is not in the file counts as one of one term.
 */
export function arithmeticOf(model: ModelProto): Arithmetic {
  const functions = new Map(model.functions.map((each) => [nameOf(each.domain, each.name), each]));
  const found: Found = { reductions: 0, terms: 1, others: 0, types: new Set() };
  const { graph } = model;
  if (graph) {
    for (const { type } of [...graph.input, ...graph.output, ...graph.valueInfo]) {
      if (type?.value.case === "tensorType") found.types.add(type.value.value.elemType);
    }
    count(graph.node, new Map(), graph.initializer, functions, found, new Set());
  }
  const roundings = [...found.types].flatMap((type) => ROUNDING[FLOATS[type] ?? ""] ?? []);
  return {
    reductions: found.reductions,
    terms: found.terms,
    others: found.others,
    rounding: Math.max(ROUNDING.float64 as number, ...roundings),
    jumps: graph ? jumpsOf(graph, functions) : new Set(),
  };
}

function nameOf(domain: string, opType: string): string {
  return `${domain === "ai.onnx" ? "" : domain}:${opType}`;
}

function graphsOf(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
}

function count(
  nodes: readonly NodeProto[],
  around: Weights,
  initializers: readonly TensorProto[],
  functions: ReadonlyMap<string, FunctionProto>,
  found: Found,
  within: ReadonlySet<string>,
): void {
  const weights = new Map(around);
  const add = (name: string, { dataType, dims }: TensorProto) => {
    found.types.add(dataType);
    weights.set(name, dims.map(Number));
  };
  for (const each of initializers) add(each.name, each);
  for (const node of nodes) {
    const [out = ""] = node.output;
    if (node.opType === "Constant" || node.opType === "Cast") {
      for (const attribute of node.attribute) {
        if (attribute.t) add(out, attribute.t);
        if (attribute.name === "to") found.types.add(Number(attribute.i));
      }
    }
    // A weight that is stored otherwise, or only turned, is still one.
    const source = weights.get(node.input[0] ?? "");
    if (source && /^(Cast|DequantizeLinear|Identity)$/.test(node.opType)) weights.set(out, source);
    if (source && node.opType === "Transpose") weights.set(out, source.toReversed());
    const inner: Found = { reductions: 0, terms: 1, others: 0, types: found.types };
    for (const body of graphsOf(node)) count(body.node, weights, body.initializer, functions, inner, within);
    const name = nameOf(node.domain, node.opType);
    const called = within.has(name) ? undefined : functions.get(name);
    if (called) count(called.node, new Map(), [], functions, inner, new Set([...within, name]));
    const times = LOOPS.has(node.opType) ? RECURRENCE : 1;
    found.reductions += inner.reductions * times;
    found.others += inner.others * times;
    found.terms = Math.max(found.terms, inner.terms);
    const terms = called ? undefined : lengthOf(node, weights);
    if (terms !== undefined) {
      found.reductions += RECURRENT.test(node.opType) ? RECURRENCE : 1;
      found.terms = Math.max(found.terms, terms);
    } else if (!called && !MOVES.has(node.opType)) found.others++;
  }
}

/** Terms of one sum of an operator, from the shapes of its weights; undefined for one that adds up nothing. */
function lengthOf(node: NodeProto, weights: Weights): number | undefined {
  const at = (position: number) => weights.get(node.input[position] ?? "");
  const { opType } = node;
  if (/ConvTranspose/.test(opType)) {
    const weight = at(1);
    return weight ? sizeOf(weight) / (weight[1] || 1) : 1;
  }
  if (/QLinearConv/.test(opType)) return sizeOf(at(3)?.slice(1) ?? []);
  if (/Conv/.test(opType)) return sizeOf(at(1)?.slice(1) ?? []);
  if (/MatMulNBits/.test(opType)) return numberOf(node, "K") ?? 1;
  if (/QLinearMatMul/.test(opType)) return at(3)?.at(-2) ?? 1;
  if (/MatMul/.test(opType)) return at(1)?.at(-2) ?? at(0)?.at(-1) ?? 1;
  if (/Gemm/.test(opType)) return at(1)?.[numberOf(node, "transB") === 1 ? 1 : 0] ?? 1;
  if (RECURRENT.test(opType)) return (at(1)?.at(-1) ?? 1) + (at(2)?.at(-1) ?? 0);
  if (/Attention/.test(opType)) return at(1)?.at(0) ?? 1;
  if (
    /^(Reduce(Sum|Mean|L1|L2|Log|Prod)|.*Softmax|.*Normalization|.*Pool|Einsum|CumSum|SumSquare|Lp)/.test(
      opType,
    )
  )
    return opType.includes("MaxPool") ? undefined : 1;
  return undefined;
}

function numberOf({ attribute }: NodeProto, name: string): number | undefined {
  const found = attribute.find((each) => each.name === name);
  return found && Number(found.i);
}

/**
 * The outputs that a jump reaches. Values that depend on no input's numbers, such as shapes, are the same everywhere; so are those that
 * come from whole numbers without any rounding, such as masks and ids.
 */
function jumpsOf(graph: GraphProto, functions: ReadonlyMap<string, FunctionProto>): Set<string> {
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !weights.has(name));
  const moving = new Set(inputs.map(({ name }) => name));
  const exact = new Set(
    inputs.flatMap(({ name, type }) =>
      type?.value.case === "tensorType" && FLOATS[type.value.value.elemType] === undefined ? [name] : [],
    ),
  );
  const jumping = new Set<string>();
  for (const node of graph.node) {
    const reads = [...node.input, ...namesInside(node)];
    const movers = reads.filter((name) => moving.has(name));
    if (SHAPES.has(node.opType) || movers.length === 0) continue;
    const same =
      EXACT.has(node.opType) && movers.every((name) => exact.has(name)) && moving.has(reads[0] ?? "");
    const jumps =
      (!same && jumpsInside(node, functions, new Set())) || reads.some((name) => jumping.has(name));
    for (const name of node.output) {
      moving.add(name);
      if (same) exact.add(name);
      if (jumps) jumping.add(name);
    }
  }
  return new Set(graph.output.map(({ name }) => name).filter((name) => jumping.has(name)));
}

function namesInside(node: NodeProto): string[] {
  return graphsOf(node).flatMap((body) => [
    ...body.output.map(({ name }) => name),
    ...body.node.flatMap((each) => [...each.input, ...namesInside(each)]),
  ]);
}

function jumpsInside(
  node: NodeProto,
  functions: ReadonlyMap<string, FunctionProto>,
  within: ReadonlySet<string>,
): boolean {
  const name = nameOf(node.domain, node.opType);
  const called = within.has(name) ? undefined : functions.get(name);
  if (called) {
    const inside = new Set([...within, name]);
    return called.node.some((each) => jumpsInside(each, functions, inside));
  }
  if (JUMPS.test(node.opType) || (node.opType === "Cast" && node.attribute.some(toWhole))) return true;
  return graphsOf(node).some((body) => body.node.some((each) => jumpsInside(each, functions, within)));
}

/** Whether a Cast goes to a type without fractions, or to one so short that its steps are visible. */
function toWhole({ name, i }: AttributeProto): boolean {
  return name === "to" && FLOATS[Number(i)] === undefined;
}
