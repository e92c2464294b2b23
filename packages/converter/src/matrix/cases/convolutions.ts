import type { LayerCases } from "../layer-cases.js";

type Options = Readonly<Record<string, unknown>>;

/** tfjs computes with strides or with dilations, not with both. */
const both = ({ strides, dilationRate }: Options) =>
  [strides].flat().some((stride) => stride !== 1) && [dilationRate].flat().some((rate) => rate !== 1);

/** The axis of the channels must be known, and is not where they are said to be first. */
const channelsFree = ({ dataFormat }: Options, input: readonly (number | null)[]) =>
  (dataFormat === "channelsFirst" ? input[1] : input.at(-1)) === null;

const either = (options: Options, input: readonly (number | null)[]) =>
  both(options) || channelsFree(options, input);

export const convolutionCases: Readonly<Record<string, LayerCases | readonly LayerCases[]>> = {
  Conv1D: [
    {
      inputs: [[[null, 9, 2]], [[null, null, 2]]],
      options: {
        filters: [3],
        kernelSize: [1, 3, 4],
        strides: [1, 2, 3],
        padding: ["valid", "same"],
        dilationRate: [1],
      },
    },
    {
      inputs: [[[null, 9, 2]], [[null, null, 2]]],
      options: {
        filters: [3],
        kernelSize: [2, 3],
        padding: ["valid", "same"],
        dilationRate: [2],
        useBias: [false],
      },
    },
  ],
  Conv2D: [
    {
      inputs: [[[null, 7, 6, 3]], [[null, null, null, 3]]],
      options: {
        filters: [4],
        kernelSize: [1, [2, 3], 4],
        strides: [1, 2, [3, 2]],
        padding: ["valid", "same"],
        useBias: [true, false],
      },
    },
    {
      inputs: [[[null, 7, 6, 3]], [[null, 3, 7, 6]]],
      options: {
        filters: [2],
        kernelSize: [3],
        strides: [1, 2],
        padding: ["valid", "same"],
        dataFormat: ["channelsFirst"],
        activation: ["relu", "softmax"],
      },
    },
    {
      inputs: [[[null, 9, 8, 2]], [[null, null, null, 2]]],
      options: {
        filters: [3],
        kernelSize: [2, 3],
        padding: ["valid", "same"],
        dilationRate: [2, [1, 2]],
        activation: ["linear", "elu"],
      },
      without: either,
    },
  ],
  Conv2DTranspose: {
    inputs: [[[null, 4, 5, 2]], [[null, null, null, 2]]],
    options: {
      filters: [3],
      kernelSize: [1, 2, [3, 4]],
      strides: [1, 2, [3, 2]],
      padding: ["valid", "same"],
      dataFormat: ["channelsLast", "channelsFirst"],
    },
    without: channelsFree,
  },
  Conv3D: [
    {
      inputs: [[[null, 5, 4, 6, 2]], [[null, null, null, null, 2]]],
      options: {
        filters: [2],
        kernelSize: [1, 2, [3, 2, 3]],
        strides: [1],
        padding: ["valid", "same"],
        activation: ["relu"],
        dataFormat: ["channelsLast"],
      },
    },
    {
      inputs: [[[null, 2, 5, 4, 6]], [[null, 2, null, null, null]]],
      options: {
        filters: [2],
        kernelSize: [[3, 2, 3]],
        padding: ["valid", "same"],
        dataFormat: ["channelsFirst"],
      },
    },
    {
      // tfjs' CPU backend pads too little where a window is smaller than the stride.
      inputs: [[[null, 5, 4, 6, 2]], [[null, null, null, null, 2]]],
      options: {
        filters: [2],
        kernelSize: [2, 3],
        strides: [2, [1, 2, 2]],
        padding: ["valid", "same"],
        useBias: [false],
      },
    },
    {
      inputs: [[[null, 5, 4, 6, 1]]],
      options: { filters: [2], kernelSize: [2], dilationRate: [2], padding: ["valid", "same"] },
      backend: "cpu",
    },
  ],
  Conv3DTranspose: {
    inputs: [[[null, 2, 3, 2, 2]], [[null, null, null, null, 2]]],
    options: {
      filters: [2],
      kernelSize: [2, [3, 2, 3]],
      strides: [1, 2],
      padding: ["valid", "same"],
      dataFormat: ["channelsLast", "channelsFirst"],
    },
    without: channelsFree,
  },
  DepthwiseConv2D: [
    {
      inputs: [[[null, 7, 6, 3]], [[null, null, null, 3]]],
      options: {
        kernelSize: [1, 3, [2, 4]],
        strides: [1, 2],
        padding: ["valid", "same"],
        depthMultiplier: [1, 2],
      },
    },
    {
      inputs: [[[null, 3, 6, 7]]],
      options: {
        kernelSize: [3],
        padding: ["valid", "same"],
        dataFormat: ["channelsFirst"],
        useBias: [true, false],
        activation: ["relu6"],
      },
    },
  ],
  SeparableConv2D: [
    {
      inputs: [[[null, 7, 6, 3]], [[null, null, null, 3]]],
      options: {
        filters: [4],
        kernelSize: [3, [2, 3]],
        strides: [1, 2],
        padding: ["valid", "same"],
        depthMultiplier: [1, 2],
        activation: ["relu", "softmax"],
      },
    },
    {
      inputs: [[[null, 8, 9, 2]]],
      options: {
        filters: [3],
        kernelSize: [2],
        dilationRate: [2],
        padding: ["valid", "same"],
        useBias: [true, false],
      },
      // TensorFlow has no depthwise convolution with dilations for the CPU.
      backend: "cpu",
    },
    {
      inputs: [[[null, 3, 6, 7]]],
      options: {
        filters: [2],
        kernelSize: [3],
        dataFormat: ["channelsFirst"],
        useBias: [false],
        activation: ["softmax"],
      },
    },
  ],
};
