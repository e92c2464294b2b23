import { CongruentError } from "@congruent/core";
import { readBytes, writeFileAtomic } from "@congruent/core/files";
import { decodeSafetensors, encodeSafetensors } from "../checkpoints/safetensors.js";
import type { LayersModel, Tensor, TensorFlow, Variable } from "../tensorflow.js";

/** What the name of a file of weights ends with. */
const ENDING = ".safetensors";

/** @throws CongruentError `E_WEIGHTS_FILE` for a name that does not say what the file is. */
export function refuseOtherEnding(path: string): void {
  if (path.endsWith(ENDING)) return;
  throw new CongruentError({
    code: "E_WEIGHTS_FILE",
    what: `${path} is to hold weights alone`,
    expected: `a name that ends in ${ENDING}`,
    fix: "correct the path, or leave saveWeightsOnly out: a folder then holds the whole model",
  });
}

/** Writes a model's weights, float32, as one safetensors file, whole or not at all. */
export async function saveWeights(model: LayersModel, path: string): Promise<void> {
  const tensors = model.weights.map((weight, i) => ({
    // In front its place: names repeat in nested models.
    name: `weight.${i}/${weight.originalName}`,
    shape: weight.shape as number[],
    data: Float32Array.from((weight.read() as Variable).dataSync()),
  }));
  await writeFileAtomic(path, encodeSafetensors("", tensors));
}

/**
 * Gives a model the weights of a file that `modelCheckpoint` wrote with `saveWeightsOnly`. They are taken as they are: no constraint is applied.
 *
 * @param model of the architecture that they come from
 * @throws CongruentError `E_NOT_FOUND`, `E_CHECKPOINT_CORRUPT`; `E_WEIGHTS_SHAPE` where the model has other weights, which it keeps then
 * @example
 * ```ts no-run
 * await loadWeights(tf, model, "best.safetensors");
 * ```
 */
export async function loadWeights(tf: TensorFlow, model: LayersModel, path: string): Promise<void> {
  const { tensors } = decodeSafetensors(await readBytes(path), path);
  const said = (shapes: readonly (readonly (number | null)[])[]) =>
    shapes.map((s) => `[${s.join(", ")}]`).join(" ");
  const [found, expected] = [tensors.map(({ shape }) => shape), model.weights.map(({ shape }) => shape)].map(
    said,
  );
  if (found !== expected) {
    throw new CongruentError({
      code: "E_WEIGHTS_SHAPE",
      what: `${path} holds weights of the shapes ${found}`,
      expected: `the model's: ${expected}`,
      fix: "load them into the architecture that they come from",
    });
  }
  tf.tidy(() => {
    model.weights.forEach((weight, i) => {
      const { data, shape } = tensors[i] as (typeof tensors)[number];
      (weight.read() as Variable).assign(tf.tensor(data, shape) as Tensor);
    });
  });
}
