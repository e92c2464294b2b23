import { CongruentError, rows, type Tensor } from "@congruent/core";
import type { Card } from "@congruent/core/schemas";
import { checkTensor } from "./feeds.js";

/**
 * Pixels as the card describes them: [n, H, W, C] in one tensor, or one array of H·W·C values per picture. Values are raw and in the card's
 * range, mostly 0..255: scaling is inside the graph.
 */
export type Pictures = Tensor<"float32"> | readonly Float32Array[];

export interface Classification {
  /** The class's name, from the card. */
  label: string;
  /** The class's number. */
  index: number;
  /** Of this class; null where the model has no probabilities. */
  probability: number | null;
  /** Of every class, in the card's order. */
  probabilities: Float32Array | null;
}

/** What `classify` needs of a model. */
interface Classifier {
  card: Card | null;
  run(feeds: Record<string, Tensor>, options: { batchSize: number }): Promise<Record<string, Tensor>>;
}

/** Pictures per run: bounds the memory that intermediate results take. */
const BATCH = 256;

/**
 * @throws CongruentError `E_CARD` for a model without a card; `E_INPUT_SHAPE` for a picture of another size, `E_PIXEL_VALUE` for NaN,
 * infinity or a value outside the card's range; `E_OUTPUT_NAN` where the model computed no number for a picture; as `Model.run`
 */
export async function classify(
  model: Classifier,
  pictures: Pictures,
  name: string,
): Promise<Classification[]> {
  const { card } = model;
  if (!card) {
    throw new CongruentError({
      code: "E_CARD",
      what: `${name} has no card, so the names of its classes and the form of its pictures are unknown`,
      expected: "a model that congruent export wrote",
      fix: "use run with tensors of your own",
    });
  }
  if (Array.isArray(pictures) && pictures.length === 0) return [];
  const { height, width, channels } = card.input;
  const pixels = Array.isArray(pictures)
    ? stack(pictures as readonly Float32Array[], [height, width, channels])
    : (pictures as Tensor<"float32">);
  // Before the values: what is too long or of another type is named as that.
  checkTensor(pixels, card.input.name);
  checkPixels(pixels.data, card.input);
  const { label, probabilities } = await model.run({ [card.input.name]: pixels }, { batchSize: BATCH });
  if (label?.dtype !== "int64") {
    throw new CongruentError({
      code: "E_PROFILE",
      what: `${name} has a card but no int64 output named label`,
      fix: "export the model again",
    });
  }
  return Array.from(label.data, (value, sample) => {
    const index = Number(value);
    const all = probabilities?.dtype === "float32" ? rows(probabilities, sample, sample + 1).data : null;
    if (all?.some(Number.isNaN)) throw noNumber(name, sample);
    return {
      label: card.labels[index] ?? String(index),
      index,
      probability: all?.[index] ?? null,
      probabilities: all,
    };
  });
}

function checkPixels(
  data: Float32Array,
  { height, width, channels, range: [low, high] }: Card["input"],
): void {
  const size = height * width * channels;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    // NaN compares as false.
    if (value >= low && value <= high) continue;
    const at = i % size;
    const place = [Math.floor(at / (width * channels)), Math.floor(at / channels) % width, at % channels];
    throw new CongruentError({
      code: "E_PIXEL_VALUE",
      what: `picture ${Math.floor(i / size)} has the value ${value} at row ${place[0]}, column ${place[1]}, channel ${place[2]}`,
      expected: `finite numbers from ${low} to ${high}, as pictureToPixels makes them`,
      fix: "give raw values: rescaling is inside the model",
    });
  }
}

function noNumber(name: string, sample: number): CongruentError {
  return new CongruentError({
    code: "E_OUTPUT_NAN",
    what: `${name} computed NaN as a probability of picture ${sample}, so its label means nothing`,
    expected: "probabilities that are numbers",
    fix: "compare the runtimes (congruent parity MODEL): this one computes the model wrongly, or the model itself overflows",
  });
}

function stack(
  pictures: readonly Float32Array[],
  dims: readonly [number, number, number],
): Tensor<"float32"> {
  const size = dims[0] * dims[1] * dims[2];
  const data = new Float32Array(size * pictures.length);
  pictures.forEach((picture, index) => {
    if (picture.length !== size) {
      throw new CongruentError({
        code: "E_INPUT_SHAPE",
        what: `picture ${index} has ${picture.length} values`,
        expected: `${dims.join(" x ")} = ${size}, as pictureToPixels makes them`,
      });
    }
    data.set(picture, index * size);
  });
  return { dtype: "float32", data, dims: [pictures.length, ...dims] };
}
