import type { LayerCases } from "../layer-cases.js";

const identity = (options: Record<string, readonly unknown[]>): LayerCases => ({
  inputs: [[[null, 4]], [[null, null, 3]]],
  options,
});

export const coreCases: Readonly<Record<string, LayerCases | readonly LayerCases[]>> = {
  AlphaDropout: identity({ rate: [0, 0.3] }),
  BatchNormalization: [
    {
      inputs: [[[null, 5]], [[null, 3, 4]], [[null, null, null, 3]]],
      options: {
        axis: [undefined],
        epsilon: [undefined, 1e-5],
        center: [undefined, false],
        scale: [undefined, false],
      },
    },
    { inputs: [[[null, 3, 4]], [[null, 3, 4, 5]]], options: { axis: [1, 2, -2] } },
  ],
  Dense: {
    inputs: [[[null, 5]], [[null, null, 4]], [[null, 2, null, 3]]],
    options: { units: [1, 4], useBias: [true, false], activation: [undefined, "relu", "softmax", "tanh"] },
  },
  Dropout: identity({ rate: [0, 0.5, 1], seed: [undefined, 3] }),
  Flatten: {
    inputs: [[[null, 3, 4]], [[null, 2, 3, 4]], [[null, 2, 2, 3, 2]]],
    options: { dataFormat: [undefined, "channelsLast", "channelsFirst"] },
  },
  GaussianDropout: identity({ rate: [0.4] }),
  GaussianNoise: identity({ stddev: [0.4] }),
  LayerNormalization: [
    {
      inputs: [[[null, 5]], [[null, null, 4]]],
      options: { axis: [undefined], epsilon: [undefined, 1e-5], center: [true, false], scale: [true, false] },
    },
    { inputs: [[[null, 3, 4]], [[null, 3, 4, 5]]], options: { axis: [1, [1, 2], -2] } },
    {
      inputs: [[[null, 3, 2, 4]]],
      options: {
        axis: [
          [2, 3],
          [1, 2, 3],
          [1, 3],
        ],
        scale: [true, false],
      },
    },
  ],
  Permute: [
    {
      inputs: [[[null, 3, 4]]],
      options: { dims: [[2, 1]] },
      numbers: (next) => Math.floor(next() * 9),
      dtype: "int32",
    },
    {
      inputs: [[[null, 3, 4]], [[null, null, 4]]],
      options: {
        dims: [
          [2, 1],
          [1, 2],
        ],
      },
    },
    {
      inputs: [[[null, 2, 3, null]]],
      options: {
        dims: [
          [3, 1, 2],
          [2, 3, 1],
          [1, 3, 2],
        ],
      },
    },
  ],
  RepeatVector: { inputs: [[[null, 3]]], options: { n: [1, 4] } },
  Reshape: [
    {
      inputs: [[[null, 6]], [[null, 3, 2]]],
      options: { targetShape: [[6], [2, 3], [3, -1], [-1], [1, 2, 3]] },
    },
    {
      inputs: [[[null, null, 6]]],
      options: {
        targetShape: [
          [-1, 3],
          [2, -1, 1],
        ],
      },
    },
  ],
  SpatialDropout1D: { inputs: [[[null, null, 3]]], options: { rate: [0.5] } },
};
