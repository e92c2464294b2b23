import type { Tensor, TensorFlow } from "../tensorflow.js";
import type { Places } from "./places.js";

/**
 * The pictures read at places that go round as SciPy's mode `wrap` does: every `length - 1` pixels, so that the first
 * and the last column share a place and nothing is blended across the seam.
 *
 * @param images float32 [batch, height, width, channels]
 */
export function wrapImages(tf: TensorFlow, places: Places, images: Tensor): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const pixels = images.reshape([batch * height * width, channels]);
  const first = tf.range(0, batch * height * width, height * width, "int32").reshape([batch, 1]);
  const x = neighbors(tf, places.columns, width);
  const y = neighbors(tf, places.rows, height);
  const read = (row: Tensor, column: Tensor, weight: Tensor) => {
    const index = tf.add(first, tf.add(tf.mul(row, tf.scalar(width, "int32")), column));
    return tf.mul(tf.gather(pixels, index.reshape([-1])), weight.reshape([-1, 1]));
  };
  const corners = [y.low, y.high].flatMap((row) =>
    [x.low, x.high].map((column) => read(row.at, column.at, tf.mul(row.weight, column.weight))),
  );
  return tf.addN(corners).reshape(images.shape);
}

/** The pixels on both sides of each place, int32, and their weights, float32. */
function neighbors(tf: TensorFlow, places: Tensor, length: number) {
  const round = wrapped(tf, places, length);
  const below = tf.minimum(tf.floor(round), Math.max(length - 2, 0));
  const share = tf.sub(round, below);
  const at = tf.cast(below, "int32");
  const step = tf.scalar(Math.min(length - 1, 1), "int32");
  return { low: { at, weight: tf.sub(1, share) }, high: { at: tf.add(at, step), weight: share } };
}

/** Into 0 to `length - 1`. SciPy takes the far end for a place a whole number of rounds below zero, and 0 above. */
function wrapped(tf: TensorFlow, places: Tensor, length: number): Tensor {
  const period = length - 1;
  if (period === 0) return tf.zerosLike(places);
  const rounds = (distance: Tensor) => tf.mul(tf.floor(tf.div(distance, period)), period);
  const raised = tf.add(tf.add(places, rounds(tf.neg(places))), period);
  const lowered = tf.sub(places, rounds(places));
  const inside = tf.where(tf.lessEqual(places, period), places, lowered);
  return tf.where(tf.less(places, 0), raised, inside);
}
