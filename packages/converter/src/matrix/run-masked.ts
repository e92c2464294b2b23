import { sizeOf, type Tensor, tensor } from "@congruent/core";
import type { ModelProto } from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import type { TensorFlow } from "@congruent/toolchain";
import { convertLayersModel } from "../convert-layers-model.js";
import { sourceOfModel } from "../source.js";
import { IDS, type Model } from "./masked-models.js";
import { drawWeights, predictAlone } from "./run-case.js";

export interface MaskedRun {
  proto: ModelProto;
  /** By name. */
  feeds: Record<string, Tensor>;
  /** What tfjs gives. */
  expected: Tensor[];
}

/**
 * Draws weights and inputs, asks tfjs and converts the model. tfjs is asked by `predict`: a model that is called keeps a mask from its caller.
 *
 * @param free sizes of the free axes, by their places
 * @param size of the largest weights. Default: 1
 */
export function runMasked(
  tf: TensorFlow,
  model: Model,
  seed: number,
  free: readonly number[],
  opset?: number,
  size = 1,
): MaskedRun {
  drawWeights(tf, model, seed);
  if (size !== 1) {
    for (const weight of model.weights) weight.write(tf.mul(weight.read(), size));
  }
  const next = seededNumbers(seed);
  const fed = model.inputs.map(({ shape }) => {
    const dims = shape.map((size, axis) => size ?? (free[axis] as number));
    // Ids, or features of which whole steps are zero.
    const draw =
      dims.length === 2 ? () => Math.floor(Math.abs(next()) * IDS) : () => (next() > 0.2 ? next() : 0);
    const numbers = Array.from({ length: sizeOf(dims) }, draw);
    return tensor("float32", Float32Array.from(numbers), dims);
  });
  const expected = predictAlone(tf, model, fed);
  const source = sourceOfModel(model);
  const modelTopology = JSON.parse(JSON.stringify(source.modelTopology));
  const proto = convertLayersModel({ ...source, modelTopology }, opset === undefined ? {} : { opset });
  const feeds = Object.fromEntries(model.inputNames.map((name, i) => [name, fed[i] as Tensor]));
  return { proto, feeds, expected };
}
