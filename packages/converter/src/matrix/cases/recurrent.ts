import type { LayerCases } from "../layer-cases.js";

const UNITS = 3;
const SEQUENCE = [[null, null, 4]] as const;
const SHORT = [[null, 5, 2]] as const;
const BOTH = [false, true];
/** Those that ONNX' operators have, then those that they lack. */
const ACTIVATIONS = ["tanh", "relu", "elu", "linear", "softsign", "softplus", "selu", "swish", "softmax"];
const GATES = ["hardSigmoid", "sigmoid"];

/** Ids of an embedding, with zeros among them. */
const ids = (next: () => number) => Math.floor(Math.abs(next()) * 6);
/** Small whole numbers, so that whole steps are 0 or 1 here and there. */
const few = (next: () => number) => Math.round(Math.abs(next()) * 0.7);

/** The same options for every class of layers with one cell. */
function recurrent(states: number, gates: boolean): LayerCases[] {
  const initial = Array.from({ length: states }, () => [null, UNITS]);
  return [
    {
      inputs: [SEQUENCE],
      options: {
        units: [UNITS],
        activation: ACTIVATIONS,
        ...(gates && { recurrentActivation: [...GATES, "softsign"] }),
        goBackwards: [true],
        returnSequences: [true],
      },
    },
    {
      inputs: [SEQUENCE, SHORT],
      options: {
        units: [UNITS],
        useBias: [undefined, false],
        returnSequences: BOTH,
        returnState: BOTH,
        goBackwards: BOTH,
        dropout: [0.5],
        recurrentDropout: [0.5],
      },
    },
    {
      predict: true,
      inputs: [[...SEQUENCE, ...initial]],
      options: {
        units: [UNITS],
        activation: ["tanh", "gelu"],
        returnSequences: BOTH,
        returnState: BOTH,
        goBackwards: BOTH,
      },
    },
  ];
}

const lstm = { className: "LSTM", config: { units: UNITS, name: "inner" } };
const gru = { className: "GRU", config: { units: UNITS, name: "inner" } };
const cell = (className: string, units: number, more = {}) => ({ className, config: { units, ...more } });
const stack = (...cells: object[]) => ({ className: "StackedRNNCells", config: { cells } });

const inner = (layer: { className: string; config: object }, more: object) => ({
  className: layer.className,
  config: { ...layer.config, ...more },
});

export const recurrentCases: Readonly<Record<string, LayerCases | readonly LayerCases[]>> = {
  Bidirectional: [
    {
      nested: true,
      inputs: [SEQUENCE],
      options: {
        mergeMode: [undefined, "sum", "mul", "ave", null],
        layer: [
          inner(lstm, { returnSequences: true }),
          inner(lstm, { activation: "relu" }),
          inner(lstm, { returnState: true }),
          inner(gru, { returnSequences: true, goBackwards: true, returnState: true }),
          inner(gru, { activation: "swish", returnSequences: true }),
          { className: "SimpleRNN", config: { units: UNITS, name: "inner", useBias: false } },
        ],
      },
    },
    {
      nested: true,
      predict: true,
      inputs: [[...SEQUENCE, ...new Array(4).fill([null, UNITS])]],
      options: { layer: [inner(lstm, {}), inner(lstm, { returnSequences: true })] },
    },
  ],
  ConvLSTM2D: [
    {
      inputs: [[[null, null, 5, 4, 2]]],
      options: {
        filters: [2],
        kernelSize: [2, [3, 2]],
        padding: ["valid", "same"],
        returnSequences: BOTH,
        goBackwards: BOTH,
      },
    },
    {
      inputs: [[[null, 3, null, null, 2]]],
      options: {
        filters: [2],
        kernelSize: [3],
        padding: ["valid", "same"],
        strides: [1, 2],
        useBias: [undefined, false],
        activation: ["tanh", "relu"],
      },
    },
    {
      inputs: [[[null, 2, 6, 7, 1]]],
      options: {
        filters: [2],
        kernelSize: [2],
        dilationRate: [2],
        recurrentActivation: GATES,
        returnState: [true],
      },
    },
    {
      // tfjs' CPU backend alone convolves with the channels first.
      backend: "cpu",
      inputs: [[[null, 2, 2, 6, 5]]],
      options: { filters: [3], kernelSize: [2], dataFormat: ["channelsFirst"], padding: ["valid", "same"] },
    },
  ],
  Embedding: [
    {
      numbers: ids,
      inputs: [[[null, 5]], [[null, null]], [[null, 3, 2]]],
      options: { inputDim: [6], outputDim: [1, 3], maskZero: [undefined, true] },
    },
    {
      dtype: "int32",
      numbers: ids,
      inputs: [[[null, 4]]],
      options: { inputDim: [6], outputDim: [2], inputLength: [undefined, 4] },
    },
  ],
  GRU: recurrent(1, true),
  LSTM: recurrent(2, true),
  Masking: { numbers: few, inputs: [[[null, null, 2]], [[null, 4]]], options: { maskValue: [undefined, 1] } },
  RNN: [
    {
      nested: true,
      inputs: [SEQUENCE],
      options: {
        cell: [
          cell("LSTMCell", UNITS),
          cell("GRUCell", UNITS, { recurrentActivation: "sigmoid" }),
          cell("SimpleRNNCell", 1),
          stack(cell("GRUCell", 2), cell("LSTMCell", UNITS)),
          stack(
            cell("LSTMCell", 4),
            cell("SimpleRNNCell", UNITS, { activation: "mish" }),
            cell("GRUCell", 2),
          ),
        ],
        returnSequences: BOTH,
        returnState: BOTH,
        goBackwards: BOTH,
      },
    },
    {
      nested: true,
      predict: true,
      inputs: [[...SEQUENCE, [null, 4], [null, 4], [null, 2]]],
      options: { cell: [stack(cell("GRUCell", 2), cell("LSTMCell", 4))], returnState: [true] },
    },
  ],
  SimpleRNN: recurrent(1, false),
  TimeDistributed: {
    nested: true,
    inputs: [[[null, null, 6, 2]], [[null, 3, 6, 2]]],
    options: {
      layer: [
        { className: "Dense", config: { units: 3, activation: "relu" } },
        { className: "Conv1D", config: { filters: 2, kernelSize: 3, padding: "same" } },
        { className: "Flatten", config: {} },
        inner(lstm, { returnSequences: true }),
        inner(gru, { goBackwards: true }),
        { className: "GlobalAveragePooling1D", config: {} },
      ],
    },
  },
};
