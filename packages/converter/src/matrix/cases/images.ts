import type { LayerCases } from "../layer-cases.js";

/** Whole numbers from 0 to 4. */
const tokens = (next: () => number) => Math.floor((next() + 1) * 2.5);
const formats = ["channelsLast", "channelsFirst"];

export const imageCases: Readonly<Record<string, LayerCases | readonly LayerCases[]>> = {
  CategoryEncoding: [
    {
      inputs: [[[null, 4]]],
      options: { numTokens: [5, 8], outputMode: ["multiHot", "count"] },
      numbers: tokens,
      spoilsShape: true,
      backend: "cpu",
      dtype: "int32",
    },
    {
      inputs: [[[null, 1]]],
      options: { numTokens: [5], outputMode: [undefined, "oneHot", "count"] },
      numbers: tokens,
      spoilsShape: true,
      backend: "cpu",
    },
  ],
  CenterCrop: {
    inputs: [[[null, 6, 7, 2]], [[null, 5, 5, 1]]],
    options: { height: [1, 2, 5, 8], width: [3, 4, 5, 6] },
    spoilsShape: true,
    alone: true,
    // TensorFlow rounds the place of the last column beyond the image in some sizes, and gives zeros there.
    backend: "cpu",
  },
  Cropping2D: {
    inputs: [[[null, 6, 7, 8]], [[null, 8, null, null]]],
    options: {
      cropping: [
        1,
        [1, 2],
        [
          [0, 1],
          [2, 0],
        ],
        [
          [0, 0],
          [0, 0],
        ],
      ],
      dataFormat: formats,
    },
    // A free size that the crop leaves out must be large enough, and tfjs takes one off a size that is null.
    without: (_, input) => input.slice(1).includes(null),
  },
  Rescaling: [
    {
      inputs: [[[null, 3]], [[null, null, null, 3]]],
      options: { scale: [2, 1 / 255], offset: [undefined, -1] },
    },
    { inputs: [[[null, 3]]], options: { scale: [0.5], offset: [1] }, numbers: tokens, dtype: "int32" },
  ],
  Resizing: {
    inputs: [[[null, 4, 5, 2]], [[null, null, null, 1]]],
    options: { height: [1, 3, 8], width: [4, 9], interpolation: [undefined, "bilinear", "nearest"] },
    alone: true,
  },
  UpSampling2D: {
    inputs: [[[null, 3, 4, 2]], [[null, null, null, 2]]],
    options: {
      size: [undefined, [3, 2], [1, 4]],
      interpolation: [undefined, "bilinear"],
      dataFormat: formats,
    },
  },
  ZeroPadding2D: {
    inputs: [[[null, 3, 4, 2]], [[null, null, null, 2]]],
    options: {
      padding: [
        undefined,
        2,
        [1, 2],
        [
          [0, 1],
          [2, 3],
        ],
      ],
      dataFormat: formats,
    },
  },
};
