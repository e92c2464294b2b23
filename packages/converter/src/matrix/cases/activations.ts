import type { LayerCases } from "../layer-cases.js";

const ACTIVATIONS = [
  ...["elu", "hardSigmoid", "linear", "logSoftmax", "mish", "relu", "relu6", "selu", "sigmoid", "softmax"],
  ...["softplus", "softsign", "swish", "tanh", "gelu", "gelu_new"],
];

export const activationCases: Readonly<Record<string, LayerCases | readonly LayerCases[]>> = {
  Activation: [{ inputs: [[[null, 6]], [[null, null, 5]]], options: { activation: ACTIVATIONS } }],
  ELU: { inputs: [[[null, 5]], [[null, null, null, 3]]], options: { alpha: [undefined, 1] } },
  LeakyReLU: { inputs: [[[null, 5]], [[null, 3, 2]]], options: { alpha: [undefined, 0, 0.1] } },
  PReLU: {
    inputs: [[[null, 4, 3, 2]]],
    options: { sharedAxes: [undefined, [1], [1, 2], [3]] },
  },
  ReLU: { inputs: [[[null, 5]], [[null, null, 3]]], options: { maxValue: [undefined, 0, 1.5, 6] } },
  Softmax: [
    { inputs: [[[null, 5]]], options: { axis: [undefined, -1] } },
    { inputs: [[[null, null, 4]]], options: { axis: [2, -1, [2]] } },
    {
      inputs: [[[null, 3, 4]]],
      options: {
        axis: [
          [1, 2],
          [-1, -2],
        ],
      },
    },
  ],
  ThresholdedReLU: { inputs: [[[null, 5]], [[null, 3, 2]]], options: { theta: [undefined, 0, 0.5] } },
};
