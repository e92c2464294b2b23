/** How far two runtimes that both compute correctly may be apart, and why. */
import { sizeOf } from "@congruent/core";
import { type ModelProto, type NodeProto, TensorProto_DataType } from "@congruent/onnx";
import type { Tolerance } from "@congruent/runtime";

/** What a model's arithmetic does to rounding errors. */
export interface Arithmetic {
  /** Nodes that add up products: an upper bound of how many follow each other. */
  reductions: number;
  /** Terms in the longest of their sums. */
  terms: number;
}

/** Half the distance from 1 to the next number: what one rounding can change, relative to the value. */
const ROUNDING = { float32: 2 ** -24, float64: 2 ** -53 } as const;

/** Several standard deviations of the random walk: one unlucky sample among thousands must not fail a correct runtime. */
const MARGIN = 4;

/**
 * The bound of one output.
 *
 * Runtimes add the terms of a sum in different orders and round after each. Errors of random sign grow with the square root of
 * the number of terms, and each layer that sums adds its own errors to those of its inputs. The bound is therefore
 * 4 · layers · √terms · rounding · scale, where scale is the largest magnitude in the baseline's output. It depends on the model alone: no
 * runtime gets a wider one.
 *
 * @param dtype of the output
 * @param scale largest finite magnitude of the baseline's output
 * @example
 * ```ts
 * toleranceOf("float32", 1, { reductions: 2, terms: 25 }).bound; // => 4 * 2 * 5 * 2 ** -24
 * toleranceOf("int64", 9, { reductions: 2, terms: 25 }); // => { bound: 0, why: "int64 values are exact" }
 * ```
 */
export function toleranceOf(dtype: string, scale: number, { reductions, terms }: Arithmetic): Tolerance {
  if (dtype !== "float32" && dtype !== "float64") {
    return { bound: 0, why: `${dtype} values are exact` };
  }
  const layers = Math.max(1, reductions);
  const bound = MARGIN * layers * Math.sqrt(terms) * ROUNDING[dtype] * scale;
  const power = dtype === "float32" ? "2^-24" : "2^-53";
  return {
    bound,
    why: `${MARGIN} x ${layers} summing layers x sqrt(${terms} terms) x ${power} (one ${dtype} rounding) x ${Number(scale.toPrecision(3))} (largest magnitude)`,
  };
}

/** Counts a model's sums. A sum whose length is not in the file counts as one of one term. */
export function arithmeticOf(model: ModelProto): Arithmetic {
  const weights = new Map(
    (model.graph?.initializer ?? [])
      .filter((tensor) => tensor.dataType !== TensorProto_DataType.STRING)
      .map((tensor) => [tensor.name, tensor.dims.map(Number)]),
  );
  const lengths = (model.graph?.node ?? []).flatMap((node) => {
    const length = lengthOf[node.opType]?.(node, weights.get(node.input[1] ?? ""));
    return length === undefined ? [] : [length];
  });
  return { reductions: lengths.length, terms: Math.max(1, ...lengths) };
}

/** Terms of one sum of an operator, from the shape of its weight. */
const lengthOf: Readonly<Record<string, (node: NodeProto, weight: number[] | undefined) => number>> = {
  Conv: (_, weight) => sizeOf(weight?.slice(1) ?? []),
  ConvTranspose: (_, weight) => (weight ? sizeOf(weight) / (weight[1] ?? 1) : 1),
  MatMul: (_, weight) => weight?.at(-2) ?? 1,
  Gemm: (node, weight) => {
    const transposed = node.attribute.some((attribute) => attribute.name === "transB" && attribute.i === 1n);
    return weight?.[transposed ? 1 : 0] ?? 1;
  },
};
