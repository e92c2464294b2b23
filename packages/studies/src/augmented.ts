import { rows } from "@congruent/core";
import type { Recipe } from "@congruent/core/schemas";
import type { Split } from "@congruent/datasets";
import { loadTensorFlow } from "@congruent/toolchain";
import { augmentationOf } from "@congruent/trainer";
import { networkOf } from "@congruent/zoo";

/** How many images are shown, and how many changed versions of each: rows and columns of a figure. */
const SHOWN = 5;
const CHANGED = 4;

/**
 * The first training images, each followed by what a recipe's augmentation makes of it: 5 rows of 5.
 *
 * @returns null where the recipe has no augmentation
 */
export async function augmentedImages(recipe: Recipe, train: Split, classes: number): Promise<Split | null> {
  const { augmentation: config, seed } = recipe;
  if (!config) return null;
  const tf = await loadTensorFlow({ device: "cpu" });
  const model = networkOf(recipe).build(tf, { classes });
  try {
    const augment = augmentationOf(tf, config, model);
    const first = rows(train.images, 0, SHOWN);
    const [count = 0, height = 0, width = 0, channels = 0] = first.dims;
    const changed = tf.tidy(() => {
      const batch = tf.tensor4d(Float32Array.from(first.data), [count, height, width, channels]);
      return Array.from({ length: CHANGED }, (_, step) => {
        const moved = augment(batch, { seed, step: tf.scalar(step + 1, "int32") });
        return Uint8Array.from(moved.dataSync(), Math.round);
      });
    });
    return inRows([first.data, ...changed], train, count, [height, width, channels]);
  } finally {
    model.dispose();
  }
}

/** Image 0 of every version, then image 1 of every version, and so on. */
function inRows(
  versions: readonly Uint8Array[],
  { labels, images }: Split,
  count: number,
  size: readonly number[],
): Split {
  const stride = size.reduce((product, dim) => product * dim, 1);
  const total = count * versions.length;
  const data = new Uint8Array(total * stride);
  const repeated = new Int32Array(total);
  for (let index = 0; index < total; index++) {
    const image = Math.floor(index / versions.length);
    const version = versions[index % versions.length] as Uint8Array;
    data.set(version.subarray(image * stride, (image + 1) * stride), index * stride);
    repeated[index] = labels[image] as number;
  }
  return { images: { ...images, data, dims: [total, ...size] }, labels: repeated };
}
