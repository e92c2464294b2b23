import type { LayerCall } from "../layer-call.js";
import { type LayerConverter, passMask } from "../layer-converter.js";
import type { GraphValue } from "../value.js";
import type { Cell } from "./cell-converter.js";
import type { CellsOf } from "./recurrent-layers.js";
import { type RunResult, runCells } from "./run-cells.js";

/** What every recurrent layer has besides its cells. */
export interface RecurrentOptions {
  sequences: boolean;
  /** Whether the states are outputs as well. */
  states: boolean;
  backwards: boolean;
}

/** @throws CongruentError `E_LAYER_CONFIG` for what a file without memory cannot compute, and what tfjs does not know */
export function recurrentOptions(layer: LayerCall): RecurrentOptions {
  const { config } = layer;
  config.only(
    "stateful",
    [false],
    "it keeps its states from one prediction to the next, and an ONNX model keeps nothing",
  );
  config.only("time_major", [false], "tfjs does not know it");
  config.only("zero_output_for_mask", [false], "tfjs does not know it");
  config.only("num_constants", [0], "tfjs does not know constants");
  config.ignore("unroll", "use_cudnn", "enable_caching_device");
  return {
    sequences: config.boolean("return_sequences", false),
    states: config.boolean("return_state", false),
    backwards: config.boolean("go_backwards", false),
  };
}

/** A recurrent layer; it passes its mask on where it gives a sequence. */
export function recurrentLayer(cellsOf: CellsOf): LayerConverter {
  return {
    mask: (layer) => (recurrentOptions(layer).sequences ? passMask(layer) : null),
    convert(layer) {
      const options = recurrentOptions(layer);
      const [x, ...initial] = layer.inputs as [GraphValue, ...GraphValue[]];
      const cells = cellsOf(layer);
      const result = runLayer(layer, cells, options, x, initial, false);
      return options.states ? [result.output, ...statesOf(result)] : result.output;
    },
  };
}

/** One direction of a layer. @param initial states in the order of tfjs; none for zeros @param flip see `Run` */
export function runLayer(
  layer: LayerCall,
  cells: readonly Cell[],
  { sequences, backwards }: RecurrentOptions,
  x: GraphValue,
  initial: readonly GraphValue[],
  flip: boolean,
): RunResult {
  const [first] = cells;
  if (!first) throw layer.refusal("E_LAYER_CONFIG", "has no cells", "at least one");
  const { rank } = first.converter;
  if (x.shape.length !== rank) {
    throw layer.refusal(
      "E_LAYER_INPUT",
      `is called on an input of shape [${x.shape.join(", ")}]`,
      `${rank} axes`,
    );
  }
  const result = runCells(cells, {
    x,
    mask: layer.mask,
    initial: initial.length > 0 ? byCell(layer, cells, initial) : null,
    backwards,
    sequences,
    flip,
  });
  for (const { call } of cells) if (call.config !== layer.config) call.config.refuseUnread();
  return result;
}

/** tfjs counts the states of several cells from the last cell. */
export const statesOf = ({ states }: RunResult): GraphValue[] => [...states].reverse().flat();

function byCell(layer: LayerCall, cells: readonly Cell[], initial: readonly GraphValue[]): GraphValue[][] {
  const count = cells.reduce((sum, { converter }) => sum + converter.states, 0);
  if (initial.length !== count) {
    throw layer.refusal("E_LAYER_INPUT", `is given ${initial.length} initial states`, `${count}`);
  }
  const rest = [...initial];
  return [...cells]
    .reverse()
    .map(({ converter }) => rest.splice(0, converter.states))
    .reverse();
}
