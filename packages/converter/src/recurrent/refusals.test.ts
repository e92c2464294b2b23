import { sizeOf, type Tensor, tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import { convertLayersModel } from "../convert-layers-model.js";

const zeros = (dims: readonly number[]): Tensor =>
  tensor("float32", new Float32Array(sizeOf(dims)), [...dims]);

function convert(class_name: string, config: object, weights: Record<string, readonly number[]> = {}) {
  const layer = { class_name, config: { name: "r", batch_input_shape: [null, null, 3], ...config } };
  const modelTopology = { class_name: "Sequential", config: { name: "m", layers: [layer] } };
  const given = new Map(Object.entries(weights).map(([name, dims]) => [name, zeros(dims)]));
  return convertLayersModel({ modelTopology, weights: given });
}

const lstm = { "r/kernel": [3, 8], "r/recurrent_kernel": [2, 8], "r/bias": [8] };
const inner = (class_name: string, config: object) => ({ class_name, config: { name: "inner", ...config } });

describe("recurrent layers that cannot be converted are refused by name", () => {
  const cases: [string, () => unknown, string, RegExp][] = [
    [
      "a stateful layer",
      () => convert("LSTM", { units: 2, stateful: true }, lstm),
      "E_LAYER_CONFIG",
      /"r" \(LSTM\) has stateful true/,
    ],
    [
      "an option that tfjs does not know",
      () => convert("LSTM", { units: 2, zero_output_for_mask: true }, lstm),
      "E_LAYER_CONFIG",
      /zero_output_for_mask true/,
    ],
    [
      "an unknown option",
      () => convert("LSTM", { units: 2, peephole: true }, lstm),
      "E_LAYER_CONFIG",
      /peephole/,
    ],
    [
      "an unknown option of a cell",
      () => convert("RNN", { cell: inner("LSTMCell", { units: 2, peephole: true }) }, lstm),
      "E_LAYER_CONFIG",
      /cell LSTMCell of the layer "r" \(RNN\).*peephole/,
    ],
    [
      "a cell of one's own",
      () => convert("RNN", { cell: inner("MinimalCell", { units: 2 }) }),
      "E_LAYER_UNKNOWN",
      /MinimalCell/,
    ],
    ["no cell", () => convert("RNN", {}), "E_MODEL_TOPOLOGY", /the cell of the layer "r"/],
    [
      "a stack of no cells",
      () => convert("RNN", { cell: inner("StackedRNNCells", { cells: [] }) }),
      "E_LAYER_CONFIG",
      /no cells/,
    ],
    [
      "a layer in both directions that has none",
      () => convert("Bidirectional", { layer: inner("Dense", { units: 2 }) }),
      "E_LAYER_UNKNOWN",
      /"r" \(Bidirectional\) runs the layer Dense/,
    ],
    [
      "a stateful layer in both directions",
      () => convert("Bidirectional", { layer: inner("GRU", { units: 2, stateful: true }) }),
      "E_LAYER_CONFIG",
      /forward layer of the layer "r".*stateful/,
    ],
    [
      "an unknown merge mode",
      () => convert("Bidirectional", { merge_mode: "max", layer: inner("LSTM", { units: 2 }) }, {}),
      "E_LAYER_CONFIG",
      /merge_mode "max"/,
    ],
    [
      "an input of other axes",
      () => convert("LSTM", { units: 2, batch_input_shape: [null, 4] }, lstm),
      "E_LAYER_INPUT",
      /\[batch, 4\]/,
    ],
    [
      "an input without a time",
      () => convert("TimeDistributed", { batch_input_shape: [null, 4], layer: inner("Dense", { units: 2 }) }),
      "E_LAYER_INPUT",
      /\[batch, 4\]/,
    ],
    [
      "a free number of features",
      () => convert("LSTM", { units: 2, batch_input_shape: [null, 4, null] }, lstm),
      "E_LAYER_INPUT",
      /not known/,
    ],
    [
      "weights of another shape",
      () => convert("LSTM", { units: 2 }, { ...lstm, "r/recurrent_kernel": [2, 6] }),
      "E_WEIGHT_SHAPE",
      /r\/recurrent_kernel of shape \[2, 6\]/,
    ],
    [
      "a bias of a GRU that resets before, where it resets after",
      () =>
        convert(
          "GRU",
          { units: 2, reset_after: true },
          { "r/kernel": [3, 6], "r/recurrent_kernel": [2, 6], "r/bias": [6] },
        ),
      "E_WEIGHT_SHAPE",
      /r\/bias of shape \[6\]/,
    ],
    [
      "a weight that is missing",
      () => convert("LSTM", { units: 2 }, { "r/kernel": [3, 8] }),
      "E_WEIGHT_MISSING",
      /recurrent_kernel/,
    ],
    [
      "an embedding of another length",
      () =>
        convert(
          "Embedding",
          { input_dim: 5, output_dim: 2, input_length: 4, batch_input_shape: [null, 3] },
          { "r/embeddings": [5, 2] },
        ),
      "E_LAYER_INPUT",
      /\[batch, 3\]/,
    ],
  ];
  it.each(cases)("%s", (_, build, code, what) => {
    expect(build).toThrow(expect.objectContaining({ code, what: expect.stringMatching(what) }));
  });

  it("states of another number", () => {
    const input = (name: string, size: number | null) => ({
      class_name: "InputLayer",
      name,
      config: { name, batch_input_shape: size === null ? [null, null, 3] : [null, size] },
      inbound_nodes: [],
    });
    const layer = {
      class_name: "LSTM",
      name: "r",
      config: { name: "r", units: 2 },
      inbound_nodes: [
        [
          ["x", 0, 0, {}],
          ["h", 0, 0, {}],
        ],
      ],
    };
    const modelTopology = {
      class_name: "Functional",
      config: {
        name: "m",
        layers: [input("x", null), input("h", 2), layer],
        input_layers: [
          ["x", 0, 0],
          ["h", 0, 0],
        ],
        output_layers: [["r", 0, 0]],
      },
    };
    const weights = new Map(Object.entries(lstm).map(([name, dims]) => [name, zeros(dims)]));
    expect(() => convertLayersModel({ modelTopology, weights })).toThrow(
      expect.objectContaining({
        code: "E_LAYER_INPUT",
        what: expect.stringMatching(/given 1 initial states/),
      }),
    );
  });
});
