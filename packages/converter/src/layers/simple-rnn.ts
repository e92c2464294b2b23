import { recurrentLayer } from "../recurrent/recurrent-layer.js";
import { RECURRENT_LAYERS } from "../recurrent/recurrent-layers.js";

export const simpleRnn = recurrentLayer(RECURRENT_LAYERS.SimpleRNN);
