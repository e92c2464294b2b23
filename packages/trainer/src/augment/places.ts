import type { Tensor, TensorFlow } from "../tensorflow.js";

/** Where each pixel of the changed pictures comes from: columns and rows, float32 [batch, height · width] each. */
export interface Places {
  columns: Tensor;
  rows: Tensor;
}

/**
 * @param images float32 [batch, height, width, channels]
 * @param transforms float32 [batch, 8], rows of `projectiveRows`
 */
export function placesOf(tf: TensorFlow, images: Tensor, transforms: Tensor): Places {
  const [batch, height, width] = images.shape as [number, number, number];
  const pixels = Array.from({ length: height * width }, (_, i) => [i % width, Math.floor(i / width), 1]);
  const grid = tf.tensor2d(pixels);
  const along = (first: number) => tf.matMul(tf.slice(transforms, [0, first], [batch, 3]), grid, false, true);
  return { columns: along(0), rows: along(3) };
}

/** Whether each place lies between the centers of the outermost pixels: bool [batch, height, width, 1]. */
export function insidePicture(tf: TensorFlow, { columns, rows }: Places, images: Tensor): Tensor {
  const [batch, height, width] = images.shape as [number, number, number];
  const within = (places: Tensor, length: number) =>
    tf.logicalAnd(tf.greaterEqual(places, 0), tf.lessEqual(places, length - 1));
  return tf.logicalAnd(within(columns, width), within(rows, height)).reshape([batch, height, width, 1]);
}
