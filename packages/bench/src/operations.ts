import { CongruentError } from "@congruent/core";
import type { LayersModel } from "./layers-model.js";

type Layer = LayersModel["layers"][number];

/** Products of one example in the forward pass, by the layer's class name; each is followed by an addition. */
const products: Record<string, (layer: Layer) => number> = {
  Conv2D: (layer) => {
    const [, height = 0, width = 0] = layer.outputShape as number[];
    return height * width * kernelSize(layer);
  },
  Dense: (layer) => positions(layer) * kernelSize(layer),
  MultiHeadAttention: (layer) => {
    const [, length = 0] = layer.outputShape as number[];
    const { numHeads, keyDim } = layer.getConfig() as { numHeads: number; keyDim: number };
    const kernels = layer.weights.filter(({ shape }) => shape.length === 3);
    const projections = kernels.reduce((sum, kernel) => sum + length * size(kernel.shape), 0);
    // Queries with keys, then weights with values.
    return projections + 2 * length * length * numHeads * keyDim;
  },
};

/** Layers whose weights multiply each number once: negligible next to the products of matrices. */
const light = new Set(["BatchNormalization", "LayerNorm", "LayerNormalization", "PositionalEncoding"]);

/**
 * Multiplications and additions of one training step: forward 2 for each product, backward 2 for the gradient by the
 * weights and 2 for that by the inputs, which the layer that reads the pixels does not need.
 *
 * @throws CongruentError `E_BENCH_LAYER` for a layer with weights that is not in the table.
 */
export function flopsPerExample(model: LayersModel): number {
  const weighty = model.layers.filter((layer) => layer.weights.length > 0 && !light.has(className(layer)));
  return weighty.reduce((sum, layer, i) => {
    const count = products[className(layer)];
    if (!count) {
      throw new CongruentError({
        code: "E_BENCH_LAYER",
        what: `the operations of the layer "${layer.name}" (${className(layer)}) are not known`,
        fix: "add it to packages/bench/src/operations.ts",
      });
    }
    return sum + (i === 0 ? 4 : 6) * count(layer);
  }, 0);
}

/** The formula, for reports. */
export const FLOPS_FORMULA =
  "2 × products of matrices and convolutions, × 3 for forward, gradient by weights and gradient by inputs (× 2 for the first layer)";

function className(layer: Layer): string {
  return layer.getClassName();
}

function kernelSize(layer: Layer): number {
  return size(layer.weights[0]?.shape ?? []);
}

function positions(layer: Layer): number {
  return size((layer.outputShape as number[]).slice(1, -1));
}

function size(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((product, dim) => product * (dim ?? 1), 1);
}
