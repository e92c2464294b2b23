import { type Tensor, tensor } from "@congruent/core";
import { activate } from "../../activations.js";
import type { LayerCall } from "../../layer-call.js";
import { split } from "../../operators/index.js";
import type { GraphValue } from "../../value.js";
import type { CellConverter } from "../cell-converter.js";
import { denseProjection, denseStates, usesBias } from "../dense-cell.js";
import { CELL_ACTIVATIONS, operatorActivations } from "../operator-activations.js";
import { operatorWeights } from "../operator-weights.js";

/** Update, reset and candidate, in tfjs as in ONNX. */
const GATES = 3;

/**
 * Whether the candidate's reset comes after the product with the state, as Keras' files may say. tfjs itself cannot load such a cell, so that
 * Keras is what it is held against.
 */
const resetsAfter = (cell: LayerCall): boolean => cell.config.boolean("reset_after", false);

export const gruCell: CellConverter = {
  rank: 3,
  states: 1,
  stateShape: denseStates,
  operator(cell, x) {
    const attributes = operatorActivations(cell, ["recurrent_activation", "activation"]);
    const units = cell.config.count("units");
    const bias = usesBias(cell) ? biasShape(cell, units) : null;
    if (!attributes) return null;
    const linear = resetsAfter(cell) ? { linear_before_reset: 1n } : {};
    const weights = operatorWeights(cell, { features: cell.knownSize(x, -1), units, gates: [0, 1, 2], bias });
    return { opType: "GRU", attributes: { ...attributes, ...linear, hidden_size: BigInt(units) }, weights };
  },
  project(cell, x) {
    if (!resetsAfter(cell) || !usesBias(cell)) return denseProjection(cell, x, GATES);
    return denseProjection(cell, x, GATES, biasRow(cell, 0));
  },
  step(cell, x, [state]) {
    const h = state as GraphValue;
    const units = cell.config.count("units");
    const [batch = 1] = x.shape;
    const gate = (sum: GraphValue) =>
      activate(cell, sum, "recurrent_activation", CELL_ACTIVATIONS.recurrent_activation);
    const [xUpdate, xReset, xCandidate] = split(cell, x, 1, 3) as [GraphValue, GraphValue, GraphValue];
    const after = resetsAfter(cell);
    const columns = after ? 3 * units : 2 * units;
    let product = cell.node("MatMul", [h, kernelColumns(cell, 0, columns)], { shape: [batch, columns] });
    if (after && usesBias(cell)) product = cell.node("Add", [product, biasRow(cell, 1)]);
    const [hUpdate, hReset, hCandidate] = split(cell, product, 1, columns / units);
    const update = gate(cell.node("Add", [xUpdate, hUpdate as GraphValue]));
    const reset = gate(cell.node("Add", [xReset, hReset as GraphValue]));
    const recurrent = hCandidate
      ? cell.node("Mul", [reset, hCandidate])
      : cell.node("MatMul", [cell.node("Mul", [reset, h]), kernelColumns(cell, columns, 3 * units)]);
    const sum = cell.node("Add", [xCandidate, recurrent]);
    const candidate = activate(cell, sum, "activation", CELL_ACTIVATIONS.activation);
    const kept = cell.node("Mul", [update, h]);
    const rest = cell.node("Sub", [cell.scalar("one", 1), update], { shape: update.shape });
    return [cell.node("Add", [kept, cell.node("Mul", [rest, candidate])])];
  },
};

function biasShape(cell: LayerCall, units: number): number[] {
  return resetsAfter(cell) ? [2, GATES * units] : [GATES * units];
}

/** The bias of the inputs, or that of the states, of a cell that resets after. */
function biasRow(cell: LayerCall, row: number): GraphValue {
  const size = GATES * cell.config.count("units");
  return cell.derivedWeight(row === 0 ? "bias" : "recurrent_bias", () => {
    const { data } = cell.weightTensor("bias", [2, size]);
    return tensor("float32", data.slice(row * size, (row + 1) * size), [size]);
  });
}

/** Some columns of the recurrent kernel. */
function kernelColumns(cell: LayerCall, from: number, to: number): GraphValue {
  const units = cell.config.count("units");
  const shape = [units, GATES * units];
  if (to - from === GATES * units) return cell.weight("recurrent_kernel", shape);
  const name = from === 0 ? "recurrent_kernel_gates" : "recurrent_kernel_candidate";
  return cell.derivedWeight(name, () => columnsOf(cell.weightTensor("recurrent_kernel", shape), from, to));
}

function columnsOf({ data, dims }: Tensor<"float32">, from: number, to: number): Tensor {
  const [rows = 0, columns = 0] = dims;
  const part = new Float32Array(rows * (to - from));
  for (let row = 0; row < rows; row++) {
    part.set(data.subarray(row * columns + from, row * columns + to), row * (to - from));
  }
  return tensor("float32", part, [rows, to - from]);
}
