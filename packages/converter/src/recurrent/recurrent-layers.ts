import type { LayerCall } from "../layer-call.js";
import { LayerConfig } from "../layer-config.js";
import { type LayerSpec, layerSpec } from "../model/layer-spec.js";
import type { Cell, CellConverter } from "./cell-converter.js";
import { convLstm2dCell } from "./cells/conv-lstm2d-cell.js";
import { gruCell } from "./cells/gru-cell.js";
import { CELLS } from "./cells/index.js";
import { lstmCell } from "./cells/lstm-cell.js";
import { simpleRnnCell } from "./cells/simple-rnn-cell.js";

/** The cells of a recurrent layer, from the one that takes its input. */
export type CellsOf = (layer: LayerCall) => Cell[];

/** A layer that is one cell: it has the cell's options and weights. */
const only =
  (converter: CellConverter): CellsOf =>
  (call) => [{ call, converter }];

/** The cells of each class of recurrent layers. */
export const RECURRENT_LAYERS = {
  ConvLSTM2D: only(convLstm2dCell),
  GRU: only(gruCell),
  LSTM: only(lstmCell),
  RNN: cellsOfRnn,
  SimpleRNN: only(simpleRnnCell),
} as const satisfies Readonly<Record<string, CellsOf>>;

/** What an RNN's cell may be instead of one cell. */
const STACK = "StackedRNNCells";

function cellsOfRnn(layer: LayerCall): Cell[] {
  const given = layer.config.value("cell");
  const spec = layerSpec(given, `the cell of ${layer.place}`);
  // tfjs writes the options of the cell beside it as well.
  layer.config.ignore(...Object.keys(spec.config), "cells");
  if (spec.className !== STACK) return [cellOf(layer, spec, [])];
  const list = spec.config.cells;
  return (Array.isArray(list) ? list : []).map((each, i) => {
    const inner = layerSpec(each, `cell ${i} of ${layer.place}`);
    return cellOf(layer, inner, [`RNNCell_${i}`, inner.name]);
  });
}

/** @param names that the cell's weights may have behind the layer's: tfjs counts the cells, Keras names them */
function cellOf(layer: LayerCall, spec: LayerSpec, names: readonly string[]): Cell {
  const converter = CELLS.get(spec.className);
  const paths = names.map((name) => [...layer.path, name]);
  const path = paths.find((each) => layer.part({ path: each }).hasWeight("kernel")) ?? paths[0] ?? layer.path;
  const place = `the cell ${spec.className} of ${layer.place}`;
  const config = new LayerConfig(spec.config, place);
  return { call: layer.part({ className: spec.className, path, config }), converter };
}
