import type { Composer, Composition } from "./composer.js";

const WINDOW = ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"];

/** An activation by name, with its parameters in order. */
function activated(c: Composer, x: string): string {
  const name = c.call.string("activation", "");
  const parameters = c.call.floatList("activation_params") ?? [];
  const [a, b] = parameters;
  if (name === "") return x;
  if (name === "Relu" || name === "Tanh" || name === "Sigmoid") return c.op(name, [x]);
  if (a !== undefined && name === "LeakyRelu") return c.op(name, [x], { alpha: a });
  if (a !== undefined && b !== undefined && name === "HardSigmoid")
    return c.op(name, [x], { alpha: a, beta: b });
  if (a !== undefined && b !== undefined && name === "Clip") {
    const { dtype } = c.call.input(0);
    return c.op(name, [x, c.number(a, dtype), c.number(b, dtype)]);
  }
  return c.call.refuse(
    `it knows no activation ${name} of ${parameters.length} parameters`,
    "E_NODE_ATTRIBUTE",
  );
}

/** A convolution, plus Z where it is given, then an activation. */
const fusedConv: Composition = (c) => {
  const convolved = c.withAttributes("Conv", [c.input(0), c.input(1), c.optional(2)], WINDOW);
  return [activated(c, c.sum(convolved, c.optional(3)))];
};

/** The first axis put before the last one (`transBatch`), then the last two exchanged (`trans`). */
function turned(c: Composer, index: number, batch: boolean, last: boolean): string {
  const rank = c.dims(index).length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const moved = batch && rank > 2 ? [...axes.slice(1, -1), 0, rank - 1] : axes;
  const perm =
    last && rank > 1 ? [...moved.slice(0, -2), moved[rank - 1] as number, moved[rank - 2] as number] : moved;
  const x = c.input(index);
  return perm.every((axis, at) => axis === at) ? x : c.transpose(x, perm);
}

const fusedMatMul: Composition = (c) => {
  const { call } = c;
  const side = (index: number, letter: string) =>
    turned(c, index, call.int(`transBatch${letter}`, 0) !== 0, call.int(`trans${letter}`, 0) !== 0);
  const product = c.op("MatMul", [side(0, "A"), side(1, "B")]);
  const alpha = call.float("alpha", 1);
  return [alpha === 1 ? product : c.op("Mul", [product, c.number(alpha, call.input(0).dtype)])];
};

const fusedGemm: Composition = (c) => {
  const names = ["alpha", "beta", "transA", "transB"];
  const x = c.withAttributes("Gemm", [c.input(0), c.input(1), c.optional(2)], names);
  const { call } = c;
  const name = call.string("activation", "");
  if (name === "LeakyRelu") return [c.op(name, [x], { alpha: call.float("activation_alpha", 0.01) })];
  return [activated(c, x)];
};

/** Products and what ONNX Runtime's optimizer puts into one node with them. */
export const fused: Readonly<Record<string, Composition>> = {
  FusedConv: fusedConv,
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
};
