import type { AugmentationConfig } from "@congruent/core/schemas";
import type { Tensor, TensorFlow } from "../tensorflow.js";
import type { Draws } from "../training-calls/index.js";

/** How each picture of a batch is changed, float32 [batch] each; named as Keras' `get_random_transform` names them. */
export interface TransformParameters {
  /** Degrees. */
  theta: Tensor;
  /** Pixels along the columns. */
  tx: Tensor;
  /** Pixels along the rows. */
  ty: Tensor;
  /** Degrees. */
  shear: Tensor;
  /** Factor along the columns; 0.5 shows half the picture, twice as large. */
  zx: Tensor;
  /** Factor along the rows. */
  zy: Tensor;
  /** 1 mirrors left and right, 0 does not. */
  flipHorizontal: Tensor;
  /** 1 mirrors top and bottom, 0 does not. */
  flipVertical: Tensor;
}

/**
 * Draws as Keras' ImageDataGenerator does: uniformly within each range, zoom for width and height separately. The
 * numbers are decided by the run's seed, the step and the place in the batch, so that both engines and a resumed run
 * draw the same.
 *
 * Where widthShift and heightShift differ we go by their names; Keras 3 draws `tx` within height_shift_range and then
 * moves the picture along its columns by it.
 *
 * @param size height and width in pixels
 */
export function drawParameters(
  tf: TensorFlow,
  config: AugmentationConfig,
  [height, width]: readonly [number, number],
  batch: number,
  draws: Draws,
): TransformParameters {
  const [theta, tx, ty, shear, zx, zy, flipHorizontal, flipVertical] = tf.unstack(
    draws.uniform([8, batch]),
  ) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  const between = (draw: Tensor, low: number, high: number) => tf.add(tf.mul(draw, high - low), low);
  const around = (draw: Tensor, range: number) => between(draw, -range, range);
  const coin = (draw: Tensor, wanted: boolean) => tf.cast(tf.less(draw, wanted ? 0.5 : 0), "float32");
  const [low, high] = typeof config.zoom === "number" ? [1 - config.zoom, 1 + config.zoom] : config.zoom;
  return {
    theta: around(theta, config.rotation),
    tx: around(tx, pixels(config.widthShift, width)),
    ty: around(ty, pixels(config.heightShift, height)),
    shear: around(shear, config.shear),
    zx: between(zx, low, high),
    zy: between(zy, low, high),
    flipHorizontal: coin(flipHorizontal, config.horizontalFlip),
    flipVertical: coin(flipVertical, config.verticalFlip),
  };
}

function pixels(shift: number, length: number): number {
  return shift < 1 ? shift * length : shift;
}
