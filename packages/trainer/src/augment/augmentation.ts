import { CongruentError } from "@congruent/core";
import type { AugmentationConfig } from "@congruent/core/schemas";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import { drawKey, drawsOf, type StepKey } from "../training-calls/index.js";
import { drawParameters } from "./draw-parameters.js";
import { projectiveRows } from "./projective-rows.js";
import { transformImages } from "./transform-images.js";

/**
 * Changes the pictures of a training step before the model sees them, by TensorFlow's operators only: a step is
 * captured with it. Float32 [batch, height, width, channels] to the same.
 */
export type Augmentation = (images: Tensor, key: StepKey) => Tensor;

/** Keeps these draws apart from those of the layers, which count from 0. */
const STREAM = -1;

/**
 * @throws CongruentError `E_AUGMENTATION_INPUT` for a model whose input is not one picture [height, width, channels].
 */
export function augmentationOf(tf: TensorFlow, config: AugmentationConfig, model: LayersModel): Augmentation {
  const size = pictureSize(model);
  return (images, { seed, step }) =>
    tf.tidy(() => {
      const draws = drawsOf(tf, drawKey(seed, STREAM), step);
      const parameters = drawParameters(tf, config, size, images.shape[0] as number, draws);
      return transformImages(tf, images, projectiveRows(tf, parameters, size), config);
    });
}

function pictureSize(model: LayersModel): readonly [number, number] {
  const shapes = model.inputs.map((input) => input.shape.slice(1));
  const [[height, width, channels] = []] = shapes;
  const whole = shapes.length === 1 && shapes[0]?.length === 3;
  if (whole && height && width && channels) return [height, width];
  const found = shapes.map((shape) => `[${shape.map((dim) => dim ?? "any").join(", ")}]`).join(" and ");
  throw new CongruentError({
    code: "E_AUGMENTATION_INPUT",
    what: `augmentation moves pictures, but the model takes ${found}`,
    expected: "one input of shape [height, width, channels]",
    fix: "leave augmentation out of the recipe, or begin the model with the picture and reshape it inside",
  });
}
