import type { Tensor, TensorFlow } from "../tensorflow.js";
import type { TransformParameters } from "./draw-parameters.js";

/**
 * The affine maps from places of the changed pictures to places of the originals, about the picture's center: rotation ·
 * shift · shear · zoom, as Keras multiplies them, then the flips. A row is as TensorFlow's ImageProjectiveTransformV3
 * takes it: a0, a1, a2, b0, b1, b2, 0, 0 with x = a0·column + a1·row + a2 and y = b0·column + b1·row + b2.
 *
 * Keras 3 takes half the height for the center's column and half the width for its row, which is the same for square
 * pictures; ours is the center of any.
 *
 * @param size height and width in pixels
 * @returns float32 [batch, 8]
 */
export function projectiveRows(
  tf: TensorFlow,
  parameters: TransformParameters,
  [height, width]: readonly [number, number],
): Tensor {
  const { theta, tx, ty, shear, zx, zy, flipHorizontal, flipVertical } = parameters;
  const turn = tf.mul(theta, Math.PI / 180);
  const lean = tf.mul(tf.add(theta, shear), Math.PI / 180);
  const [cos, sin] = [tf.cos(turn), tf.sin(turn)];
  const [x, y] = [(width - 1) / 2, (height - 1) / 2];
  const mirrored = (zoom: Tensor, flip: Tensor) => tf.mul(zoom, tf.sub(1, tf.mul(flip, 2)));
  const [across, down] = [mirrored(zx, flipHorizontal), mirrored(zy, flipVertical)];

  const [a0, a1] = [tf.mul(cos, across), tf.neg(tf.mul(tf.sin(lean), down))];
  const [b0, b1] = [tf.mul(sin, across), tf.mul(tf.cos(lean), down)];
  // The center is moved by the rotated shift.
  const from = (first: Tensor, second: Tensor, shift: Tensor, center: number) =>
    tf.add(tf.sub(tf.sub(center, tf.mul(first, x)), tf.mul(second, y)), shift);
  const a2 = from(a0, a1, tf.sub(tf.mul(cos, tx), tf.mul(sin, ty)), x);
  const b2 = from(b0, b1, tf.add(tf.mul(sin, tx), tf.mul(cos, ty)), y);
  const zero = tf.zerosLike(a0);
  return tf.stack([a0, a1, a2, b0, b1, b2, zero, zero], 1);
}
