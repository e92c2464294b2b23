import type { AugmentationConfig } from "@congruent/core/schemas";
import type * as tfjs from "@tensorflow/tfjs";
import type { Tensor, TensorFlow } from "../tensorflow.js";
import { insidePicture, placesOf } from "./places.js";
import { registerTransformKernel } from "./transform-kernel.js";
import { wrapImages } from "./wrap-images.js";

type Fill = Pick<AugmentationConfig, "fillMode" | "fillValue">;

/** The images' batch, and its places in the original pictures: see `placesOf`. */
export interface Moving {
  tf: TensorFlow;
  /** float32 [batch, height, width, channels] */
  images: Tensor;
  /** float32 [batch, 8] */
  transforms: Tensor;
  fillValue: number;
}

const move = ({ tf, images, transforms }: Moving, mode: "nearest" | "reflect") =>
  tf.image.transform(images as tfjs.Tensor4D, transforms as tfjs.Tensor2D, "bilinear", mode);

/**
 * SciPy's modes, and so Keras'. TensorFlow has modes of the same names, of which two mean something else: its `constant`
 * blends the outermost pixels with the fill value where SciPy's blends nothing, and its `wrap` goes round every
 * `length` pixels but leaves out a place in between, where SciPy's goes round every `length - 1`.
 */
const modes: Record<AugmentationConfig["fillMode"], (moving: Moving) => Tensor> = {
  nearest: (moving) => move(moving, "nearest"),
  reflect: (moving) => move(moving, "reflect"),
  constant: (moving) => {
    const { tf, images, transforms, fillValue } = moving;
    const within = insidePicture(tf, placesOf(tf, images, transforms), images);
    return tf.where(within, move(moving, "nearest"), tf.mul(tf.onesLike(images), fillValue));
  },
  wrap: ({ tf, images, transforms }) => wrapImages(tf, placesOf(tf, images, transforms), images),
};

/**
 * Moves every picture of a batch by its own affine map, bilinearly, as SciPy's `affine_transform` of order 1 does.
 *
 * @param images float32 [batch, height, width, channels]
 * @param transforms float32 [batch, 8], rows of `projectiveRows`
 * @returns float32 of the images' shape
 */
export function transformImages(
  tf: TensorFlow,
  images: Tensor,
  transforms: Tensor,
  { fillMode, fillValue }: Fill,
): Tensor {
  registerTransformKernel(tf);
  return tf.tidy(() => modes[fillMode]({ tf, images, transforms, fillValue }));
}
