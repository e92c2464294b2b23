import { activate } from "../../activations.js";
import type { GraphValue } from "../../value.js";
import type { CellConverter } from "../cell-converter.js";
import { denseProjection, denseStates, recurrentProduct, usesBias } from "../dense-cell.js";
import { CELL_ACTIVATIONS, operatorActivations } from "../operator-activations.js";
import { operatorWeights } from "../operator-weights.js";

export const simpleRnnCell: CellConverter = {
  rank: 3,
  states: 1,
  stateShape: denseStates,
  operator(cell, x) {
    const attributes = operatorActivations(cell, ["activation"]);
    const units = cell.config.count("units");
    const bias = usesBias(cell) ? [units] : null;
    if (!attributes) return null;
    const weights = operatorWeights(cell, { features: cell.knownSize(x, -1), units, gates: [0], bias });
    return { opType: "RNN", attributes: { ...attributes, hidden_size: BigInt(units) }, weights };
  },
  project: (cell, x) => denseProjection(cell, x, 1),
  step(cell, x, [h]) {
    const sum = recurrentProduct(cell, x, h as GraphValue, 1);
    return [activate(cell, sum, "activation", CELL_ACTIVATIONS.activation)];
  },
};
