import { CongruentError } from "@congruent/core";
import { inputNames } from "@congruent/layers";
import type { LayersModel } from "./tensorflow.js";

/** [batch, ...] of a model's only input. */
export function inputShape(model: LayersModel, batch: number): number[] {
  return inputShapes(model, batch)[0] as number[];
}

/**
 * [batch, ...] of each of a model's inputs.
 *
 * @throws CongruentError `E_INPUT_SHAPE` for a dimension that is not known, other than the batch.
 */
export function inputShapes(model: LayersModel, batch: number): number[][] {
  return model.inputs.map(({ shape }, i) => {
    const example = shape.slice(1);
    if (example.every((dim): dim is number => dim !== null)) return [batch, ...example];
    throw new CongruentError({
      code: "E_INPUT_SHAPE",
      what: `the input "${inputNames(model)[i]}" has the shape [${shape.map((dim) => dim ?? "null").join(", ")}]`,
      expected: "known dimensions besides the batch",
      fix: "build the model with an inputShape that says every dimension",
    });
  });
}
