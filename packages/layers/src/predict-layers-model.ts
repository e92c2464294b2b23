import { rows, type Tensor, tensor } from "@congruent/core";
import { loadTensorFlow } from "@congruent/toolchain";
import { loadLayersModel } from "./layers-format.js";
import { withLogits } from "./logits.js";
import type { Tensor as TfTensor } from "./tensorflow.js";

/**
 * Runs a model saved in the tfjs layers format on tfjs-node, eagerly, as its author would run it: the source
 * model that every exported file is compared with.
 *
 * @param options.pixels float32 [n, H, W, C], raw 0 to 255
 * @returns `logits` and `probabilities` float32 [n, classes], `label` int64 [n]
 */
export async function predictLayersModel(options: {
  directory: string;
  pixels: Tensor<"float32">;
  batchSize: number;
}): Promise<{ outputs: Record<string, Tensor>; versions: Record<string, string> }> {
  const { directory, pixels, batchSize } = options;
  const tf = await loadTensorFlow({ device: "cpu" });
  const model = await loadLayersModel(tf, directory);
  const count = pixels.dims[0] ?? 0;
  const classes = model.outputs[0]?.shape.at(-1) ?? 0;
  const logits = new Float32Array(count * classes);
  const probabilities = new Float32Array(count * classes);
  const label = new BigInt64Array(count);
  for (let begin = 0; begin < count; begin += batchSize) {
    const batch = rows(pixels, begin, begin + batchSize);
    tf.tidy(() => {
      const x = tf.tensor(batch.data, [...batch.dims]);
      const p = model.predict(x) as TfTensor;
      const l = withLogits(tf, model, () => model.predict(x)) as TfTensor;
      probabilities.set(p.dataSync(), begin * classes);
      logits.set(l.dataSync(), begin * classes);
      const decided = tf.argMax(p, -1).dataSync();
      for (let i = 0; i < decided.length; i++) label[begin + i] = BigInt(decided[i] as number);
    });
  }
  const shape = [count, classes];
  return {
    outputs: {
      logits: tensor("float32", logits, shape),
      probabilities: tensor("float32", probabilities, shape),
      label: tensor("int64", label, [count]),
    },
    versions: { "tfjs-node": tf.version["tfjs-node"] ?? tf.version_core },
  };
}
