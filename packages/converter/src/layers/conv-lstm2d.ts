import { recurrentLayer } from "../recurrent/recurrent-layer.js";
import { RECURRENT_LAYERS } from "../recurrent/recurrent-layers.js";

export const convLstm2d = recurrentLayer(RECURRENT_LAYERS.ConvLSTM2D);
