import type { Value } from "../value.js";
import type { Composer, Composition } from "./composer.js";

/** The value that three operands stand for: integers, scale, zero point. */
function real(c: Composer, index: number): string {
  return c.op("DequantizeLinear", [c.input(index), c.input(index + 1), c.optional(index + 2)]);
}

/** Back to integers of the type of an operand. */
function quantize(c: Composer, x: string, index: number, like: Value): string {
  const zero = c.call.optional(index + 1) ? c.input(index + 1) : c.number(0, like.dtype);
  return c.op("QuantizeLinear", [x, c.input(index), zero]);
}

const WINDOW = ["auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides"];

/** Operands X, scale, zero point, then scale and zero point of the result. */
function unary(work: (c: Composer, x: string) => string): Composition {
  return (c) => [quantize(c, work(c, real(c, 0)), 3, c.call.input(0))];
}

function binary(opType: string): Composition {
  return (c) => [quantize(c, c.op(opType, [real(c, 0), real(c, 3)]), 6, c.call.input(0))];
}

/** With the channels last where the node says so: they are put first, and back again. */
function channelsFirst(work: (c: Composer, x: string) => string): (c: Composer, x: string) => string {
  return (c, x) => {
    if (c.call.int("channels_last", 0) === 0) return work(c, x);
    const axes = c.dims(0).map((_, axis) => axis);
    const last = axes.length - 1;
    const first = c.transpose(x, [0, last, ...axes.slice(1, -1)]);
    return c.transpose(work(c, first), [0, ...axes.slice(2), 1]);
  };
}

/** Since opset 13 along one axis; before that over all axes from it on. */
function softmax(c: Composer, x: string): string {
  const { call } = c;
  const old = call.int("opset", 13) < 13;
  const dims = c.dims(0);
  const axis = call.axis(call.int("axis", old ? 1 : -1), dims.length);
  if (!old) return c.op("Softmax", [x], { axis: BigInt(axis) });
  const flat = c.op("Flatten", [x], { axis: BigInt(axis) });
  return c.reshape(c.op("Softmax", [flat], { axis: -1n }), dims);
}

/** Scale and zero point of the result, then three operands for each part. */
const concat: Composition = (c) => {
  const count = (c.call.inputs.length - 2) / 3;
  const parts = Array.from({ length: count }, (_, i) => real(c, 2 + 3 * i));
  return [quantize(c, c.concat(parts, c.call.int("axis", 0)), 0, c.call.input(2))];
};

/** ONNX Runtime's operators on integers with scales: what they stand for, computed and quantized once. */
export const quantized: Readonly<Record<string, Composition>> = {
  QLinearAdd: binary("Add"),
  QLinearAveragePool: unary(channelsFirst((c, x) => c.withAttributes("AveragePool", [x], WINDOW))),
  QLinearConcat: concat,
  QLinearGlobalAveragePool: unary(channelsFirst((c, x) => c.op("GlobalAveragePool", [x]))),
  QLinearLeakyRelu: unary((c, x) => c.op("LeakyRelu", [x], { alpha: c.call.float("alpha", 0.01) })),
  QLinearMul: binary("Mul"),
  QLinearSigmoid: unary((c, x) => c.op("Sigmoid", [x])),
  QLinearSoftmax: unary(softmax),
};
