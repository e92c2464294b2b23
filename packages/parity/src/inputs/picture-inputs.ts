/** Pictures of a folder as the numbers that a model takes. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError, messageOf, type Tensor, tensor } from "@congruent/core";
import { describeDims, type ModelProto, modelInterface, type ValueDescription } from "@congruent/onnx";
import { pictureToPixels } from "@congruent/runtime";
import { guessStrategy } from "./guess-strategy.js";
import { batchingOf, channelsFirst, inputShapes, type ShapeOverrides } from "./input-shapes.js";
import type { RunInputs } from "./run-inputs.js";

/** From the bytes 0 to 255 of a color, red, green, blue, to the model's number. */
const normalizations = {
  none: () => (byte: number) => byte,
  "0..1": () => (byte: number) => byte / 255,
  "-1..1": () => (byte: number) => byte / 127.5 - 1,
  /** The mean and deviation of ImageNet's pictures, as torchvision's models take them. */
  imagenet: (color: number) => {
    const mean = [0.485, 0.456, 0.406][color] ?? 0.449;
    const deviation = [0.229, 0.224, 0.225][color] ?? 0.226;
    return (byte: number) => (byte / 255 - mean) / deviation;
  },
} as const;

export type Normalization = keyof typeof normalizations;
export const NORMALIZATIONS = Object.keys(normalizations) as [Normalization, ...Normalization[]];

const PICTURE = /\.(png|jpe?g|webp|gif|tiff?|avif)$/i;

/** Whether a path is a folder with picture files in it. */
export async function holdsPictures(path: string): Promise<boolean> {
  const files = await readdir(path).catch(() => []);
  return files.some((file) => PICTURE.test(file)) && !files.some((file) => file === "dataset.json");
}

export interface ReadPicturesOptions {
  /** Only the first ones, by name. */
  samples?: number | undefined;
  /** Default: `none` where the model divides by 255 itself or takes bytes, else `0..1`; the report says which. */
  normalization?: Normalization | undefined;
  /** Sizes of the axes that the model leaves open. */
  shapes?: ShapeOverrides | undefined;
}

/**
 * Every picture of a folder, in the order of their names, resized to what the model takes. Channels first or last is told by the axis of
 * length 1, 3 or 4.
 *
 * @throws CongruentError `E_PICTURE` for a file that is no picture; `E_PICTURE_INPUT` for a model whose one input is no picture
 */
export async function readPictures(
  model: ModelProto,
  folder: string,
  { samples, normalization, shapes = new Map() }: ReadPicturesOptions,
): Promise<RunInputs> {
  const described = modelInterface(model);
  const [input, ...others] = described.inputs;
  if (!input || others.length > 0) throw notAPicture(described.inputs);
  const chosen = inputShapes(described, shapes, undefined);
  const [, ...dims] = chosen.shapes.get(input.name) ?? [];
  const { channels, height, width, first } = layout(input, dims);
  const guessed = input.dtype === "uint8" || guessStrategy(model, input).name === "pixels" ? "none" : "0..1";
  const name = normalization ?? guessed;
  const all = (await readdir(folder)).filter((file) => PICTURE.test(file)).sort();
  const files = all.slice(0, samples);
  const size = channels * height * width;
  const data =
    input.dtype === "uint8" ? new Uint8Array(files.length * size) : new Float32Array(files.length * size);
  const facts = {
    // The profile's name for it: nothing reads it.
    name: "pixels" as const,
    height,
    width,
    channels,
    range: [0, 255] as [number, number],
    foreground: "any" as const,
  };
  const scales = Array.from({ length: channels }, (_, color) =>
    normalizations[name](channels >= 3 ? color : 3),
  );
  for (const [index, file] of files.entries()) {
    const pixels = pictureToPixels(await decode(join(folder, file)), facts);
    pixels.forEach((byte, i) => {
      const color = i % channels;
      const place = (i - color) / channels;
      const at = first ? color * height * width + place : i;
      data[index * size + at] = (scales[color] as (byte: number) => number)(byte);
    });
  }
  const shape = [files.length, ...dims];
  const value =
    input.dtype === "uint8"
      ? tensor("uint8", data as Uint8Array<ArrayBuffer>, shape)
      : tensor("float32", data as Float32Array<ArrayBuffer>, shape);
  const assumed = chosen.assumed.length > 0 ? `; assumed ${chosen.assumed.join(", ")}` : "";
  const how = `${first ? "channels first" : "channels last"}, normalized ${name}${normalization === undefined ? " (assumed)" : ""}`;
  return {
    source: `${files.length} pictures of ${folder} as ${input.name} ${describeDims(shape)}, ${how}${assumed}`,
    tensors: { [input.name]: value as Tensor },
    batching: batchingOf(described) === "none" ? { mode: "once" } : undefined,
  };
}

function layout(input: ValueDescription, dims: readonly number[]) {
  const [a = 0, b = 0, c = 0] = dims;
  const typed = input.dtype === "float32" || input.dtype === "uint8";
  const first = channelsFirst([a, b, c]);
  if (dims.length !== 3 || !typed || first === null) throw notAPicture([input]);
  return first ? { channels: a, height: b, width: c, first } : { channels: c, height: a, width: b, first };
}

function notAPicture(inputs: readonly ValueDescription[]): CongruentError {
  const said = inputs.map(({ name, dtype, dims }) => `${name} ${dtype} ${describeDims(dims)}`).join(", ");
  return new CongruentError({
    code: "E_PICTURE_INPUT",
    what: `the model does not take a picture alone: its inputs are ${said}`,
    expected: "one input, float32 or uint8, [n, channels, height, width] or [n, height, width, channels]",
    fix: "prepare the pictures as the model wants them and give them as an .npz file: --inputs FILE.npz",
  });
}

/** A picture file as color bytes, upright as its EXIF orientation says. */
async function decode(path: string) {
  const { default: sharp } = await import("sharp");
  try {
    const { data, info } = await sharp(path, { limitInputPixels: 100_000_000 })
      .rotate()
      .toColourspace("srgb")
      .removeAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels as 1 | 3 };
  } catch (error) {
    throw new CongruentError({
      code: "E_PICTURE",
      what: `${path} cannot be read as a picture: ${messageOf(error)}`,
      expected: "a PNG, JPEG, WebP, GIF, TIFF or AVIF file",
      fix: "check the file, or take it out of the folder",
      cause: error,
    });
  }
}
