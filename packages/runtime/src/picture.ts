/** Turns a picture of any size into the numbers that a model takes, in Node and in a browser. */
import { CongruentError } from "@congruent/core/essentials";
import type { Card } from "@congruent/core/schemas";
import { boundingBox, centerOfMass, type Plane, paste, resize } from "./plane.js";

/** Decoded pixels, rows from the top, 0..255. */
export interface Picture {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  /** 1 gray, 3 RGB, 4 RGBA. */
  channels: 1 | 3 | 4;
}

export interface PictureOptions {
  /**
   * `stretch` (default) resizes the whole picture. `digit` does what MNIST's makers did: the strokes' box is scaled so that its longer
   * side is 20/28 of the input's, and its center of mass goes to the middle.
   */
  fit?: "stretch" | "digit";
  /** `auto` (default) compares the picture's rim with the card's `foreground`; true and false set it explicitly. */
  invert?: "auto" | boolean;
}

const MAX = 255;

/**
 * Float32Array of H·W·C values in the card's range, row-major, channels last. A gray picture of exactly the input's size and polarity
 * passes unchanged.
 *
 * @throws CongruentError `E_PICTURE` when sizes and data do not fit
 * @example
 * ```ts
 * const input = { name: "pixels", height: 2, width: 2, channels: 1, range: [0, 255], foreground: "light" } as const;
 * const blackOnWhite = { data: Uint8Array.of(255, 255, 255, 0), width: 2, height: 2, channels: 1 } as const;
 * [...pictureToPixels(blackOnWhite, input)]; // => [0, 0, 0, 255]
 * [...pictureToPixels(blackOnWhite, input, { invert: false })]; // => [255, 255, 255, 0]
 * ```
 */
export function pictureToPixels(
  picture: Picture,
  input: Card["input"],
  { fit = "stretch", invert = "auto" }: PictureOptions = {},
): Float32Array {
  checkPicture(picture);
  const planes = toPlanes(picture, input.channels);
  const turned = invert === "auto" ? needsInversion(planes, input.foreground) : invert;
  const upright = turned ? planes.map(inverted) : planes;
  const exact = picture.width === input.width && picture.height === input.height;
  const unchanged = exact && !turned && picture.channels === 1;
  const fitted = upright.map((plane) => {
    if (unchanged || (exact && fit === "stretch")) return plane;
    return fit === "digit" ? fitDigit(plane, input) : resize(plane, input.width, input.height);
  });
  return interleave(fitted, input);
}

function checkPicture({ data, width, height, channels }: Picture): void {
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (whole && [1, 3, 4].includes(channels) && data.length === width * height * channels) return;
  throw new CongruentError({
    code: "E_PICTURE",
    what: `a picture of ${width} x ${height} pixels with ${channels} channels came with ${data.length} values`,
    expected: "width x height x channels values, 1, 3 or 4 channels",
  });
}

/** One plane per channel that the model wants: transparency is laid on a ground, colors become gray or stay. */
function toPlanes({ data, width, height, channels }: Picture, wanted: number): Plane[] {
  const size = width * height;
  const colors = channels === 1 ? 1 : 3;
  const ground = channels === 4 ? groundFor(data) : 0;
  const planes = Array.from({ length: colors }, () => new Float32Array(size));
  for (let i = 0; i < size; i++) {
    const alpha = channels === 4 ? (data[i * 4 + 3] as number) / MAX : 1;
    for (const [color, plane] of planes.entries()) {
      plane[i] = alpha * (data[i * channels + color] as number) + (1 - alpha) * ground;
    }
  }
  if (wanted === colors) return planes.map((values) => ({ data: values, width, height }));
  const gray = colors === 1 ? (planes[0] as Float32Array) : luma(planes);
  return Array.from({ length: wanted }, () => ({ data: gray, width, height }));
}

/** ITU-R BT.601's weights, as most tools turn colors into gray. */
function luma([red, green, blue]: Float32Array[]): Float32Array {
  return Float32Array.from(
    red as Float32Array,
    (r, i) => 0.299 * r + 0.587 * (green?.[i] ?? 0) + 0.114 * (blue?.[i] ?? 0),
  );
}

/** Dark strokes on a transparent ground are put on white, light ones on black. */
function groundFor(rgba: Picture["data"]): number {
  let weight = 0;
  let sum = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3] as number;
    weight += alpha;
    sum += (alpha * ((rgba[i] as number) + (rgba[i + 1] as number) + (rgba[i + 2] as number))) / 3;
  }
  return weight > 0 && sum / weight > MAX / 2 ? 0 : MAX;
}

/** The rim of a picture shows its ground: a light rim means dark strokes. */
function needsInversion(planes: readonly Plane[], foreground: Card["input"]["foreground"]): boolean {
  if (foreground === "any") return false;
  let sum = 0;
  let count = 0;
  for (const { data, width, height } of planes) {
    for (let i = 0; i < data.length; i++) {
      const x = i % width;
      const y = (i - x) / width;
      if (x > 0 && y > 0 && x < width - 1 && y < height - 1) continue;
      sum += data[i] as number;
      count++;
    }
  }
  const lightGround = sum / count > MAX / 2;
  return lightGround === (foreground === "light");
}

function inverted({ data, width, height }: Plane): Plane {
  return { data: data.map((value) => MAX - value), width, height };
}

/** The fraction of the input's side that MNIST's digits take, and the share of the strokes' peak that is still ground. */
const DIGIT_SIDE = 20 / 28;
const GROUND = 0.1;

function fitDigit(plane: Plane, { width, height, foreground }: Card["input"]): Plane {
  // Works on light strokes over 0, for models of either polarity.
  const light = foreground === "dark" ? inverted(plane) : plane;
  let lowest = MAX;
  let highest = 0;
  for (const value of light.data) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const box = boundingBox(light, lowest + GROUND * (highest - lowest));
  const result: Plane = { data: new Float32Array(width * height), width, height };
  if (box) {
    const strokes: Plane = { ...box, data: box.data.map((value) => Math.max(0, value - lowest)) };
    const scale = (DIGIT_SIDE * Math.min(width, height)) / Math.max(box.width, box.height);
    const digit = resize(
      strokes,
      Math.max(1, Math.round(box.width * scale)),
      Math.max(1, Math.round(box.height * scale)),
    );
    const center = centerOfMass(digit);
    // MNIST's own pictures have their mean center of mass at index 14 of 28.
    const left = Math.round(width / 2 - center.x);
    const top = Math.round(height / 2 - center.y);
    paste(digit, result, clamp(left, width - digit.width), clamp(top, height - digit.height));
  }
  return foreground === "dark" ? inverted(result) : result;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}

function interleave(
  planes: readonly Plane[],
  { width, height, channels, range }: Card["input"],
): Float32Array {
  const [low, high] = range;
  const pixels = new Float32Array(width * height * channels);
  planes.forEach((plane, channel) => {
    plane.data.forEach((value, i) => {
      // Shares that sum up to a little more than 1 must not leave the range.
      pixels[i * channels + channel] = low + (Math.min(MAX, Math.max(0, value)) * (high - low)) / MAX;
    });
  });
  return pixels;
}
