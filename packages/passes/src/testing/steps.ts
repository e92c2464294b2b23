/** Steps of random graphs: nodes that passes about the order of axes touch. */
import { sizeOf, tensor } from "@congruent/core";
import type { Draft, Step } from "./draft.js";

const NHWC = [0, 2, 3, 1];
const NCHW = [0, 3, 1, 2];
const PERMS: Readonly<Record<number, readonly (readonly number[])[]>> = {
  4: [NHWC, NCHW, NHWC, NCHW, [0, 2, 1, 3], [3, 1, 0, 2]],
  3: [
    [0, 2, 1],
    [1, 2, 0],
    [2, 0, 1],
  ],
  2: [[1, 0]],
};

function turned(draft: Draft, name: string, dims: readonly number[], perm: readonly number[]) {
  return draft.add(
    "Transpose",
    [name],
    perm.map((axis) => dims[axis] as number),
    { perm: perm.map(BigInt) },
  );
}

const transpose: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  const perms = PERMS[dims.length];
  if (perms) turned(draft, name, dims, perms[b % perms.length] as readonly number[]);
};

const UNARY = ["Relu", "Neg", "Abs", "Identity", "Floor", "Dropout"];
const unary: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  draft.add(UNARY[b % UNARY.length] as string, [name], dims);
};

const BINARY = ["Add", "Sub", "Max", "Min", "Add"];
/** With an earlier value of the same sizes, turned where it has them in another order. */
const binary: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  const other = draft.pick(b);
  if (other.dims.length !== dims.length) return;
  const perm = dims.map((dim) => other.dims.indexOf(dim));
  if (new Set(perm).size < dims.length || perm.includes(-1)) return;
  const same = perm.every((axis, i) => axis === i) ? other : turned(draft, other.name, other.dims, perm);
  draft.add(BINARY[b % BINARY.length] as string, [name, same.name], dims);
};

/** With a constant of a channel each, of all sizes, or of one number. */
const withConstant: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  const shapes = [dims.slice(-1), dims, [], dims.map((dim, i) => (i === 1 ? dim : 1)), dims.slice(1)];
  const weight = draft.weight(shapes[b % shapes.length] as number[]);
  const inputs = b % 2 === 0 ? [name, weight] : [weight, name];
  draft.add(b % 3 === 0 ? "Mul" : "Add", inputs, dims);
};

const clip: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  const limit = draft.constant(tensor("float32", Float32Array.of((b % 5) - 2), []));
  draft.add("Clip", b % 2 === 0 ? [name, limit] : [name, "", limit], dims);
};

const concat: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  if (dims.length === 0 || sizeOf(dims) > 2000) return;
  const axis = b % dims.length;
  const weight = draft.weight(dims.with(axis, 1));
  const second = b % 2 === 0 ? name : weight;
  const size = (dims[axis] as number) + (second === name ? (dims[axis] as number) : 1);
  draft.add("Concat", [name, second], dims.with(axis, size), {
    axis: BigInt(b % 3 === 0 ? axis - dims.length : axis),
  });
};

const pad: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  if (dims.length === 0 || sizeOf(dims) > 2000) return;
  const axis = b % dims.length;
  const pads = dims.flatMap(() => [0, 0]);
  pads[axis] = b % 3;
  pads[axis + dims.length] = b % 2;
  draft.add("Pad", [name, draft.list(...pads)], dims.with(axis, (dims[axis] as number) + (b % 3) + (b % 2)));
};

const slice: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  const axis = b % Math.max(1, dims.length);
  const size = dims[axis] ?? 0;
  if (size < 2) return;
  if (b % 2 === 0) {
    const starts = dims.map((_, i) => (i === axis ? 1 : 0));
    const list = (...numbers: number[]) =>
      draft.constant(tensor("int32", Int32Array.from(numbers), [numbers.length]));
    draft.add("Slice", [name, list(...starts), list(...dims)], dims.with(axis, size - 1));
  } else {
    const inputs = [name, draft.list(-1), draft.list(-100), draft.list(axis - dims.length), draft.list(-1)];
    draft.add("Slice", inputs, dims);
  }
};

const reduce: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  if (dims.length < 2) return;
  const axes = dims.length === 4 && b % 2 === 0 ? (b % 4 === 0 ? [1, 2] : [2, 3]) : [b % dims.length];
  const kept = dims.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const opType = b % 3 === 0 ? "ReduceMax" : "ReduceMean";
  if (b % 5 < 3) draft.add(opType, [name, draft.list(...axes)], kept);
  else
    draft.add(
      opType,
      [name, draft.list(...axes)],
      dims.filter((_, i) => !axes.includes(i)),
      { keepdims: 0n },
    );
};

const squeeze: Step = (draft, a) => {
  const { name, dims } = draft.pick(a);
  const axes = dims.flatMap((dim, i) => (dim === 1 ? [i] : []));
  if (axes.length > 0)
    draft.add(
      "Squeeze",
      [name, draft.list(...axes)],
      dims.filter((dim) => dim !== 1),
    );
};

const unsqueeze: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  if (dims.length > 3) return;
  const axis = b % (dims.length + 1);
  draft.add("Unsqueeze", [name, draft.list(axis)], dims.toSpliced(axis, 0, 1));
};

const softmax: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  if (dims.length > 0)
    draft.add("Softmax", [name], dims, { axis: BigInt((b % dims.length) - (b % 2 === 0 ? dims.length : 0)) });
};

const resize: Step = (draft, a) => {
  const { name, dims } = draft.pick(a);
  if (dims.length !== 4 || sizeOf(dims) > 1000) return;
  const scales = draft.constant(tensor("float32", Float32Array.of(1, 2, 2, 1), [4]));
  const made = [dims[0], (dims[1] as number) * 2, (dims[2] as number) * 2, dims[3]] as number[];
  draft.add("Resize", [name, "", scales], made, { mode: "nearest" });
};

const normalize: Step = (draft, a) => {
  const { name, dims } = draft.pick(a);
  if (dims.length < 2) return;
  const channels = dims[1] as number;
  const variance = draft.constant(tensor("float32", new Float32Array(channels).fill(0.75), [channels]));
  const [scale, bias, mean] = [draft.weight([channels]), draft.weight([channels]), draft.weight([channels])];
  draft.add("BatchNormalization", [name, scale, bias, mean, variance], dims);
};

/** What stands where it is: a convolution to as many channels, with another layout before and after it as often as not. */
const conv: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  if (dims.length !== 4) return;
  const inner = b % 2 === 0 ? turned(draft, name, dims, NCHW) : { name, dims };
  const channels = inner.dims[1] as number;
  const made = draft.add("Conv", [inner.name, draft.weight([channels, channels, 1, 1])], inner.dims);
  if (b % 2 === 0) turned(draft, made.name, made.dims, NHWC);
};

const dense: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  if (dims.length < 3 || sizeOf(dims) > 2000) return;
  const [rows, columns] = [dims[0] as number, sizeOf(dims.slice(1))];
  const flat =
    b % 2 === 0
      ? draft.add("Flatten", [name], [rows, columns])
      : draft.add("Reshape", [name, draft.list(-1, columns)], [rows, columns]);
  if (b % 3 === 0) draft.add("MatMul", [flat.name, draft.weight([columns, 3])], [rows, 3]);
  else
    draft.add("Gemm", [flat.name, draft.weight([3, columns]), draft.weight([3])], [rows, 3], { transB: 1n });
};

const where: Step = (draft, a) => {
  const { name, dims } = draft.pick(a);
  const zero = draft.constant(tensor("float32", Float32Array.of(0), []));
  const less = draft.add("Less", [name, zero], dims);
  draft.values.pop();
  draft.add("Where", [less.name, name, draft.weight(dims)], dims);
};

/** Of constants alone. */
const ofConstants: Step = (draft, a, b) => {
  const dims = [[5, 3], [2, 3], [4]][a % 3] as number[];
  const sum = draft.add("Add", [draft.weight(dims), draft.weight(dims)], dims);
  const kept = draft.add(b % 2 === 0 ? "Relu" : "Abs", [sum.name], dims);
  draft.add("Concat", [kept.name, sum.name], dims.with(0, (dims[0] as number) * 2), { axis: 0n });
};

/** A node that changes nothing. */
const nothing: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  const zeros = dims.map(() => 0);
  const none: (() => unknown)[] = [
    () => draft.add("Pad", [name, draft.list(...zeros, ...zeros)], dims),
    () => draft.add("Slice", [name, draft.list(...zeros), draft.list(...dims)], dims),
    () => draft.add("Reshape", [name, draft.list(...dims)], dims),
    () => draft.add("Reshape", [name, draft.list(0, -1, ...dims.slice(2))], dims),
    () => draft.add("Concat", [name], dims, { axis: 0n }),
    () => draft.add("Cast", [name], dims, { to: 1n }),
    () => draft.add("Tile", [name, draft.list(...dims.map(() => 1))], dims),
    () => draft.add("Expand", [name, draft.list(1)], dims),
    () => draft.add("Identity", [name], dims),
  ];
  if (dims.length >= 2) none[b % none.length]?.();
};

/** The same node once more. */
const again: Step = (draft) => {
  const last = draft.nodes.at(-1);
  const value = draft.values.at(-1);
  if (last && value && value.name === last.output[0]) draft.repeat(last, value.dims);
};

/** A layer and the normalization of what it gives. */
const normalized: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  const channels = dims[1];
  if (channels === undefined || sizeOf(dims) > 2000) return;
  const layers: Readonly<Record<number, () => unknown>> = {
    2: () =>
      b % 2 === 0
        ? draft.add("MatMul", [name, draft.weight([channels, 3])], [dims[0] as number, 3])
        : draft.add("Gemm", [name, draft.weight([3, channels]), draft.weight([3])], [dims[0] as number, 3], {
            transB: 1n,
            beta: 0.5,
          }),
    4: () =>
      b % 2 === 0
        ? draft.add("Conv", [name, draft.weight([6, channels, 1, 1])], dims.with(1, 6))
        : draft.add(
            "ConvTranspose",
            [name, draft.weight([channels, 2, 1, 1]), draft.weight([2])],
            dims.with(1, 2),
          ),
  };
  if (!layers[dims.length]) return;
  layers[dims.length]?.();
  normalize(draft, 5, b);
};

/** What ONNX has an operator for. */
const expression: Step = (draft, a, b) => {
  const { name, dims } = draft.pick(a);
  const number = (x: number) => draft.constant(tensor("float32", Float32Array.of(x), []));
  const high = () => draft.add("Min", [draft.add("Relu", [name], dims).name, number(b % 7)], dims);
  const gelu = () => {
    const phi = draft.add("Erf", [draft.add("Div", [name, number(Math.SQRT2)], dims).name], dims);
    const product = draft.add("Mul", [name, draft.add("Add", [phi.name, number(1)], dims).name], dims);
    draft.add("Mul", [product.name, number(0.5)], dims);
  };
  const mish = () =>
    draft.add("Mul", [name, draft.add("Tanh", [draft.add("Softplus", [name], dims).name], dims).name], dims);
  [high, gelu, mish][b % 3]?.();
};

/** Nodes whose results are the same to the last bit wherever they stand. */
export const exactSteps: readonly Step[] = [
  ...[transpose, transpose, transpose, unary, binary, withConstant, clip, concat, pad, slice],
  ...[squeeze, unsqueeze, resize, where],
];

/** And nodes that sum, whose order of summing a pass may change. */
export const summingSteps: readonly Step[] = [...exactSteps, reduce, softmax, normalize, conv, dense, conv];

/** And what other passes touch. */
export const allSteps: readonly Step[] = [
  ...[...summingSteps, ofConstants, ofConstants, nothing, nothing, nothing, again, again, again],
  ...[normalized, normalized, expression, expression],
];
