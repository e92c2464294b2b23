import { CongruentError, rows, sizeOf, type Tensor, tensor, testImagesOf } from "@congruent/core";
import { readBytes } from "@congruent/core/files";
import { cardIfAny } from "./card.js";
import { datasetFor } from "./dataset.js";

export interface ParityInputs {
  source: string;
  tensors: Record<string, Tensor>;
  truth?: ArrayLike<number>;
}

/** Samples of random inputs unless told. */
const RANDOM_SAMPLES = 100;

/**
 * What a model is compared on: an .npz file with one array per input, a data set's test images, or seeded random
 * numbers. Unless told, the data set that the card names, or random numbers for a model without a card.
 */
export async function parityInputs(
  model: string,
  options: { inputs?: string; samples?: number; seed: number },
): Promise<ParityInputs> {
  const card = await cardIfAny(model);
  const source = options.inputs ?? card?.dataset.name ?? "random";
  if (source.endsWith(".npz")) return fromNpz(source, options.samples);
  if (source === "random")
    return random(model, options.samples ?? RANDOM_SAMPLES, options.seed, card?.input.range);
  const { images, labels } = (await datasetFor(source)).test;
  const part = rows(images, 0, options.samples ?? labels.length);
  const name = card?.input.name ?? "pixels";
  return {
    source: testImagesOf(source),
    tensors: { [name]: tensor("float32", Float32Array.from(part.data), part.dims) },
    truth: labels.subarray(0, part.dims[0]),
  };
}

/** Numbers in one random input: 1 GiB of float32. */
const MOST_RANDOM = 2 ** 28;

async function fromNpz(path: string, samples: number | undefined): Promise<ParityInputs> {
  const { readNpz } = await import("@congruent/datasets");
  const bytes = await readBytes(path);
  const arrays = Object.entries(readNpz(bytes));
  const cut = (array: Tensor) => (samples === undefined ? array : rows(array, 0, samples));
  return { source: path, tensors: Object.fromEntries(arrays.map(([name, array]) => [name, cut(array)])) };
}

async function random(
  model: string,
  samples: number,
  seed: number,
  range: readonly [number, number] = [0, 1],
): Promise<ParityInputs> {
  const { decodeModel, modelInterface } = await import("@congruent/onnx");
  const { mersenne } = await import("pure-rand/generator/mersenne");
  const generator = mersenne(seed);
  const [low, high] = range;
  const { inputs } = modelInterface(decodeModel(await readBytes(model, "E_MODEL_NOT_FOUND"), model));
  const tensors = inputs.map(({ name, dtype, dims }): [string, Tensor] => {
    const rest = dims?.slice(1);
    if (dtype !== "float32" || !rest || !rest.every((dim) => typeof dim === "number")) {
      throw new CongruentError({
        code: "E_RANDOM_INPUT",
        what: `input ${name} is ${dtype} [${dims?.map((dim) => dim ?? "?").join(", ") ?? "unknown shape"}]`,
        expected: "float32 with fixed dimensions after the first",
        fix: "give the inputs as an .npz file: --inputs FILE.npz",
      });
    }
    const shape = [samples, ...(rest as number[])];
    if (sizeOf(shape) > MOST_RANDOM) {
      throw new CongruentError({
        code: "E_RANDOM_INPUT",
        what: `${samples} random samples of [${rest.join(", ")}] are ${sizeOf(shape)} numbers`,
        expected: `at most ${MOST_RANDOM}`,
        fix: "take fewer: --samples N",
      });
    }
    const next = () => low + ((generator.next() >>> 0) / 2 ** 32) * (high - low);
    return [name, tensor("float32", Float32Array.from({ length: sizeOf(shape) }, next), shape)];
  });
  return { source: `random (uniform ${low} to ${high}, seed ${seed})`, tensors: Object.fromEntries(tensors) };
}
