/** How far two correct runtimes may be apart in one value, estimated from values alone. */
import { numbersOf, type Tensor } from "@congruent/core";
import type { NodeProto } from "@congruent/onnx";

/** The most that an element may be off. */
export interface Rounding {
  /** Infinite where nothing is known. */
  error: number;
  why: string;
}

export interface Operand {
  /** Number of elements. */
  size: number;
  /** Null for a weight, and for what cannot be seen. */
  value: Tensor | null;
  /** How far it may be off itself. */
  error: number;
}

/** Half the distance from 1 to the next number. */
const UNIT: Readonly<Record<string, number>> = { float16: 2 ** -11, float32: 2 ** -24, float64: 2 ** -53 };

/** Several standard deviations of the random walk of a sum's roundings, as in `toleranceOf`. */
const MARGIN = 4;

/** Two operands multiplied and added up. */
const PRODUCTS = new Set([
  "MatMul",
  "Gemm",
  "Conv",
  "ConvTranspose",
  "FusedMatMul",
  "FusedConv",
  "MatMulNBits",
]);

/** Sums over one operand, and everything that is made of many kernels. */
const SUMS =
  /^(Reduce|Softmax|LogSoftmax|.*Normalization|.*Pool|LSTM|GRU|RNN|Einsum|.*Attention|CumSum|DFT|STFT|Resize|LRN)/;

const GRAPHS = new Set(["If", "Loop", "Scan", "SequenceMap"]);

/** Nodes that only move or pick what they are given. */
const MOVES = new Set(
  "Identity Reshape Flatten Squeeze Unsqueeze Transpose Slice Gather GatherElements GatherND Concat Split Expand Tile Pad Shape Size Relu Max Min Clip MaxPool GlobalMaxPool Where Dropout DepthToSpace SpaceToDepth Neg Abs Compress ReverseSequence Trilu ScatterElements ScatterND OneHot".split(
    " ",
  ),
);

/** Integers that stand for a rounded number: a neighbor is right too where the number lies near the middle. */
const STEPS = /^(Quantize|DynamicQuantize|QLinear|QGemm|Round|Cast|Floor|Ceil)/;

/**
 * The error that a node's value may have: what its operands bring, in proportion to the values, and its own roundings. Depends on node and
 * values alone: no runtime gets more than another.
 *
 * - sums of n products: 4 · √n roundings of the largest term's size;
 * - other float nodes: 4 roundings of the largest value;
 * - quantized values: one step;
 * - integers and truth values of inexact numbers: nothing is known.
 *
 * @param value what the node made
 * @param operands in the order of its inputs
 * @example
 * ```ts
 * const y = tensor("float32", Float32Array.of(2), [1]);
 * roundingOf(makeNode("Exp", ["x"], ["y"]), y, [{ size: 1, value: y, error: 0 }]).error; // => 4 * 2 ** -24 * 2
 * roundingOf(makeNode("Relu", ["x"], ["y"]), y, [{ size: 1, value: y, error: 0 }]).error; // => 0
 * ```
 */
export function roundingOf(node: NodeProto, value: Tensor, operands: readonly Operand[]): Rounding {
  const { opType } = node;
  const inexact = operands.some(({ error }) => error > 0);
  const unit = UNIT[value.dtype];
  const scale = largest(value);
  if (unit === undefined) {
    if (STEPS.test(opType) && (inexact || /uant|QLinear|QGemm/.test(opType))) {
      return { error: 1, why: `${opType}: one step, as both sides of a rounding tie are right` };
    }
    if (!inexact) return { error: 0, why: `${value.dtype} values are exact` };
    const steps = operands.reduce((most, { error }) => Math.max(most, error), 0);
    return MOVES.has(opType)
      ? { error: steps, why: `${opType}: what it is given` }
      : { error: Number.POSITIVE_INFINITY, why: `${opType} decides by numbers that may be off` };
  }
  const brought = operands.reduce((most, { value: operand, error }) => {
    if (error === 0) return most;
    const size = operand ? largest(operand) : 0;
    // A sum may be much smaller than its terms: their errors stay as they are.
    const relative = size > 0 ? (error / size) * scale : error;
    return Math.max(most, relative, /^(Add|Sub|Sum|Mean)$/.test(opType) ? 2 * error : 0);
  }, 0);
  if (MOVES.has(opType)) {
    const kept = operands.reduce((most, { error }) => Math.max(most, error), 0);
    return { error: kept, why: `${opType}: what it is given` };
  }
  const terms = termsOf(opType, value.data.length, operands);
  const size = PRODUCTS.has(opType) ? Math.max(scale, productOf(operands)) : scale;
  const own = MARGIN * Math.sqrt(terms) * unit * size;
  const sum = terms > 1 ? ` x sqrt(${Math.round(terms)} terms)` : "";
  return {
    error: brought + own,
    why: `${opType}: ${MARGIN}${sum} roundings of ${value.dtype} at ${Number(size.toPrecision(3))}${brought > 0 ? `, and ${Number(brought.toPrecision(3))} from what it is given` : ""}`,
  };
}

function termsOf(opType: string, made: number, operands: readonly Operand[]): number {
  const [first, second] = operands;
  if (PRODUCTS.has(opType) && first && second) {
    // [m, k] x [k, n] gives [m, n]: the root of m·k·k·n / (m·n) is k.
    return Math.max(1, Math.sqrt((first.size * second.size) / Math.max(1, made)));
  }
  if (GRAPHS.has(opType)) return 2 ** 14;
  if (SUMS.test(opType)) return Math.max(2, ...operands.map(({ size }) => size / Math.max(1, made)), 64);
  return 1;
}

/** The size of a product's terms, where both factors can be seen. */
function productOf(operands: readonly Operand[]): number {
  const [a, b] = operands;
  return a?.value && b?.value ? largest(a.value) * largest(b.value) : 0;
}

function largest(value: Tensor): number {
  const numbers = numbersOf(value);
  let most = 0;
  for (let at = 0; at < numbers.length; at++) {
    const size = Math.abs(Number(numbers[at]));
    if (size > most && size < Number.POSITIVE_INFINITY) most = size;
  }
  return most;
}
