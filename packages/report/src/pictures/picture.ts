import { CongruentError } from "@congruent/core";
import { encode } from "fast-png";

/** A picture as it comes out of a data set: uint8, 0..255, row-major, [height, width, 1 (gray) or 3 (RGB)]. */
export interface Picture {
  data: Uint8Array;
  dims: readonly number[];
}

/**
 * A picture as a PNG data URL, for `<img src>` in a page that loads nothing. Works in Node and in browsers.
 *
 * @param scale how many times as wide and high, each pixel a square; an enlarged picture would be smoothed by the viewer
 * @throws CongruentError `E_PICTURE_SHAPE` unless the shape is [height, width, 1|3] with as many values.
 * @example
 * ```ts
 * pictureDataUrl({ data: Uint8Array.of(0, 255), dims: [1, 2, 1] }).slice(0, 26); // => "data:image/png;base64,iVBO"
 * ```
 */
export function pictureDataUrl(picture: Picture, { scale = 1 }: { scale?: number } = {}): string {
  const [height = 0, width = 0, channels = 0] = picture.dims;
  const fits = picture.dims.length === 3 && height > 0 && width > 0 && (channels === 1 || channels === 3);
  if (!fits || picture.data.length !== height * width * channels) {
    throw new CongruentError({
      code: "E_PICTURE_SHAPE",
      what: `a picture of shape [${picture.dims.join(", ")}] was given ${picture.data.length} values`,
      expected: "uint8 values of shape [height, width, 1] or [height, width, 3]",
    });
  }
  const data = scale === 1 ? picture.data : enlarged(picture.data, width, channels, scale);
  const png = encode({ width: width * scale, height: height * scale, channels, depth: 8, data });
  let binary = "";
  for (const byte of png) binary += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(binary)}`;
}

function enlarged(data: Uint8Array, width: number, channels: number, scale: number): Uint8Array {
  const out = new Uint8Array(data.length * scale * scale);
  const stride = width * scale * channels;
  for (let at = 0; at < out.length; at++) {
    const [y, rest] = [Math.floor(at / stride), at % stride];
    const x = Math.floor(rest / channels / scale);
    out[at] = data[(Math.floor(y / scale) * width + x) * channels + (rest % channels)] as number;
  }
  return out;
}
