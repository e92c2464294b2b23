import { recurrentLayer } from "../recurrent/recurrent-layer.js";
import { RECURRENT_LAYERS } from "../recurrent/recurrent-layers.js";

/** Cells of any class, one or several. */
export const rnn = recurrentLayer(RECURRENT_LAYERS.RNN);
