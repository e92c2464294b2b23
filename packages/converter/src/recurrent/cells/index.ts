import { Registry } from "@congruent/core";
import type { CellConverter } from "../cell-converter.js";
import { gruCell } from "./gru-cell.js";
import { lstmCell } from "./lstm-cell.js";
import { simpleRnnCell } from "./simple-rnn-cell.js";

/** The cells that an RNN may run, by the class name that a saved model has. That of ConvLSTM2D takes images, which tfjs' RNN does not. */
export const CELLS = new Registry<CellConverter>(
  { kind: "cell", code: "E_LAYER_UNKNOWN" },
  { GRUCell: gruCell, LSTMCell: lstmCell, SimpleRNNCell: simpleRnnCell },
);
