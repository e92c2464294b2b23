/** One product with random weights, and how far each output may be off where each factor is off by so much. */
import type { Tensor } from "@congruent/core";
import { type ModelProto, makeNode } from "@congruent/onnx";
import { interpret } from "@congruent/reference";
import fc from "fast-check";
import { modelOf, numbers } from "../testing/model-of.js";

export interface RandomProduct {
  model: ModelProto;
  x: Tensor<"float32">;
  w: Tensor<"float32">;
  operator: string;
}

const size = fc.integer({ min: 12, max: 40 });

/** MatMul, Gemm both ways round, and Conv with strides, padding and groups; every weight is large enough to be compressed. */
export const randomProducts: fc.Arbitrary<RandomProduct> = fc
  .record({
    kind: fc.constantFrom("MatMul", "Gemm", "GemmTurned", "Conv", "ConvGroups"),
    rows: fc.integer({ min: 1, max: 4 }),
    inner: size,
    outer: size,
    scale: fc.constantFrom(0.01, 1, 30),
    seed: fc.nat(1000),
    stride: fc.constantFrom(1, 2),
  })
  .map(({ kind, rows, inner, outer, scale, seed, stride }) => {
    const operator = kind.replace(/Turned|Groups/, "");
    const [group, conv] = [kind === "ConvGroups" ? 2 : 1, operator === "Conv"];
    const even = 2 * Math.ceil(outer / 2);
    const x = numbers(conv ? [rows, 2 * group, 5, 6] : [rows, inner], scale, seed);
    const turned = kind === "GemmTurned";
    const w = numbers(conv ? [even, 2, 3, 3] : turned ? [outer, inner] : [inner, outer], 1 / scale, seed + 1);
    const bias = operator === "MatMul" ? [] : ["b"];
    const attributes = {
      ...(turned && { transB: 1n }),
      ...(conv && { group: BigInt(group), strides: [BigInt(stride), 1n], pads: [1n, 1n, 1n, 1n] }),
    };
    const model = modelOf({
      nodes: [makeNode(operator, ["x", "w", ...bias], ["y"], { name: "product", attributes })],
      inputs: { x: x.dims },
      weights: { w, ...(bias.length > 0 && { b: numbers([conv ? even : outer], 1, seed + 2) }) },
    });
    return { model, x, w, operator };
  });

/** What the reference computes, in double precision. */
export function outputOf(model: ModelProto, x: Tensor): Float64Array {
  return interpret(model, { x }).outputs.get("y")?.data as Float64Array;
}

/**
 * For each output Σ (|x| + dx)(|w| + dw) − |x||w|, of the same product: the most that errors of dx and dw of each factor make together.
 *
 * @param errors by the element's value: how far it may be off
 */
export function allowed(
  { model, x, w }: RandomProduct,
  errors: { x(value: number): number; w(value: number, at: number): number },
): Float64Array {
  const sum = (dx: (value: number) => number, dw: (value: number, at: number) => number) => {
    const graph = model.graph!;
    const without = { ...graph.node[0]!, input: ["x", "w"] };
    const { attribute, opType } = without;
    const own = modelOf({
      nodes: [Object.assign(makeNode(opType, ["x", "w"], ["y"]), { attribute })],
      inputs: { x: x.dims },
      weights: { w: { ...w, data: w.data.map((v, i) => Math.abs(v) + dw(v, i)) } },
    });
    return outputOf(own, { ...x, data: x.data.map((v) => Math.abs(v) + dx(v)) });
  };
  const zero = () => 0;
  const exact = sum(zero, zero);
  return sum(errors.x, errors.w).map((most, i) => most - (exact[i] as number));
}
