import type { GraphValue } from "../../value.js";
import type { CellConverter } from "../cell-converter.js";
import { denseProjection, denseStates, recurrentProduct, usesBias } from "../dense-cell.js";
import { lstmStates } from "../lstm-states.js";
import { operatorActivations } from "../operator-activations.js";
import { operatorWeights } from "../operator-weights.js";

/** tfjs' gates are input, forget, cell and output. */
const GATES = 4;

export const lstmCell: CellConverter = {
  rank: 3,
  states: 2,
  stateShape: denseStates,
  operator(cell, x) {
    const attributes = operatorActivations(cell, ["recurrent_activation", "activation", "activation"]);
    const units = cell.config.count("units");
    const bias = usesBias(cell) ? [GATES * units] : null;
    if (!attributes) return null;
    // ONNX' are input, output, forget and cell.
    const weights = operatorWeights(cell, {
      features: cell.knownSize(x, -1),
      units,
      gates: [0, 3, 1, 2],
      bias,
    });
    return { opType: "LSTM", attributes: { ...attributes, hidden_size: BigInt(units) }, weights };
  },
  project: (cell, x) => denseProjection(cell, x, GATES),
  step(cell, x, [h, c]) {
    const sum = recurrentProduct(cell, x, h as GraphValue, GATES);
    return lstmStates(cell, sum, c as GraphValue, 1);
  },
};
