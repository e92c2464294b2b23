import { CongruentError, type Tensor } from "@congruent/core/essentials";
import { interfaceDeviations, type Outline } from "@congruent/onnx/outline";
import type { Card } from "./card.js";
import { checkFeed, describe, type Feeds } from "./feeds.js";

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
  outline: Outline;
  /** For errors. */
  name: string;
  run(feeds: Feeds, options: { batchSize: number; signal?: AbortSignal | undefined }): Promise<Feeds>;
  /** The same without any check, for feeds that need not be cut. */
  runOnce(feeds: Feeds): Promise<Feeds>;
}

/** Pictures per run: bounds the memory that intermediate results take. */
const BATCH = 256;

/**
 * The model's `classify`. Whether the model keeps to its card is looked at once, when the first pictures come: `run` takes any model with
 * any card.
 */
export function classifier(model: Classifier) {
  const { card, name } = model;
  let deviations: readonly string[] | null = null;
  /** Of single pictures: allocating one takes longer than filling it. */
  const spare: Float32Array[] = [];
  return async (
    pictures: Pictures,
    { signal }: { signal?: AbortSignal | undefined },
  ): Promise<Classification[]> => {
    if (!card) {
      throw new CongruentError({
        code: "E_CARD",
        what: `${name} has no card, so the names of its classes and the form of its pictures are unknown`,
        expected: "a model that congruent export wrote",
        fix: "use run with tensors of your own",
      });
    }
    deviations ??= interfaceDeviations(model.outline, card);
    if (deviations.length > 0) throw offProfile(name, card, deviations);
    if (Array.isArray(pictures) && pictures.length === 0) return [];
    const buffer = Array.isArray(pictures) && pictures.length === 1 ? (spare.pop() ?? null) : null;
    const pixels = pixelsOf(pictures, card, buffer);
    const feeds = { [card.input.name]: pixels };
    const samples = pixels.dims[0] as number;
    const outputs = await (samples <= BATCH
      ? model.runOnce(feeds)
      : model.run(feeds, { batchSize: BATCH, signal }));
    // Only now: what ONNX Runtime reads must not change meanwhile.
    if (Array.isArray(pictures) && samples === 1) spare.push(pixels.data);
    return answers(outputs, card.labels, name);
  };
}

/** Checked: what ONNX Runtime is given without another look. */
function pixelsOf(pictures: Pictures, { input }: Card, buffer: Float32Array | null): Tensor<"float32"> {
  const { height, width, channels } = input;
  if (pictures instanceof Float32Array) {
    throw new CongruentError({
      code: "E_INPUT_DTYPE",
      what: `classify was given one array of ${pictures.length} values`,
      expected: "a list of pictures",
      fix: "put it into a list: classify([pixels])",
    });
  }
  if (Array.isArray(pictures)) {
    const stacked = stack(pictures as readonly Float32Array[], [height, width, channels], buffer);
    checkPixels(stacked.data, input);
    return stacked;
  }
  const pixels = pictures as Tensor<"float32">;
  // Before the values: what is too long or of another type is named as that.
  checkFeed(pixels, { name: input.name, dtype: "float32", dims: ["batch", height, width, channels] });
  checkPixels(pixels.data, input);
  return pixels;
}

function answers({ label, probabilities }: Feeds, labels: readonly string[], name: string): Classification[] {
  if (label?.dtype !== "int64") {
    throw new CongruentError({
      code: "E_PROFILE",
      what: `${name} has a card but no int64 output named label`,
      fix: "export the model again",
    });
  }
  const scores = probabilities?.dtype === "float32" ? probabilities : null;
  const classes = scores?.dims[1] ?? 0;
  const found: Classification[] = [];
  for (let sample = 0; sample < label.data.length; sample++) {
    const index = Number(label.data[sample]);
    const all = scores?.data.slice(sample * classes, (sample + 1) * classes) ?? null;
    if (all?.includes(Number.NaN)) throw noNumber(name, sample);
    found.push({
      label: labels[index] ?? String(index),
      index,
      probability: all?.[index] ?? null,
      probabilities: all,
    });
  }
  return found;
}

function offProfile(name: string, card: Card, deviations: readonly string[]): CongruentError {
  return new CongruentError({
    code: "E_PROFILE",
    what: `${name} does not follow the profile ${card.profile}:\n    ${deviations.join("\n    ")}`,
    fix: "export the model again, or correct its card",
  });
}

function checkPixels(
  data: Float32Array,
  { height, width, channels, range: [low, high] }: Card["input"],
): void {
  const size = height * width * channels;
  const i = firstStrange(data, low, high);
  if (i === data.length) return;
  const value = data[i];
  const at = i % size;
  const place = [Math.floor(at / (width * channels)), Math.floor(at / channels) % width, at % channels];
  throw new CongruentError({
    code: "E_PIXEL_VALUE",
    what: `picture ${Math.floor(i / size)} has the value ${value} at row ${place[0]}, column ${place[1]}, channel ${place[2]}`,
    expected: `finite numbers from ${low} to ${high}, as pictureToPixels makes them`,
    fix: "give raw values: rescaling is inside the model",
  });
}

/** Where a value is no number from low to high; `data.length` where there is none. Four at a time: it is run over every picture. */
function firstStrange(data: Float32Array, low: number, high: number): number {
  const { length } = data;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = data[i] as number;
    const b = data[i + 1] as number;
    const c = data[i + 2] as number;
    const d = data[i + 3] as number;
    // NaN compares as false.
    if (a >= low && a <= high && b >= low && b <= high && c >= low && c <= high && d >= low && d <= high)
      continue;
    break;
  }
  while (i < length && (data[i] as number) >= low && (data[i] as number) <= high) i += 1;
  return i;
}

function noNumber(name: string, sample: number): CongruentError {
  return new CongruentError({
    code: "E_OUTPUT_NAN",
    what: `${name} computed NaN as a probability of picture ${sample}, so its label means nothing`,
    expected: "probabilities that are numbers",
    fix: "load the model on another runtime, or with its passport, which shows whether this one computes it wrongly; else the model itself overflows",
  });
}

function stack(
  pictures: readonly Float32Array[],
  dims: readonly [number, number, number],
  buffer: Float32Array | null,
): Tensor<"float32"> {
  const size = dims[0] * dims[1] * dims[2];
  const data = buffer ?? new Float32Array(size * pictures.length);
  pictures.forEach((picture, index) => {
    if (!(picture instanceof Float32Array)) {
      throw new CongruentError({
        code: "E_INPUT_DTYPE",
        what: `picture ${index} is ${describe(picture)}`,
        expected: "a Float32Array, as pictureToPixels makes them",
      });
    }
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
