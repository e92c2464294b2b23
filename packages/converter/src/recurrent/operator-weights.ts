import { sizeOf, type Tensor, tensor } from "@congruent/core";
import type { LayerCall } from "../layer-call.js";
import { permuted } from "../permuted.js";
import type { GraphValue } from "../value.js";

export interface OperatorWeights {
  features: number;
  units: number;
  /** Which of tfjs' gates stands at each place of ONNX' */
  gates: readonly number[];
  /** Shape of the bias: with two rows, the second is added to the product with the states. */
  bias: readonly number[] | null;
}

/** W, R and B of one direction: rows by gate, where tfjs has columns. */
export function operatorWeights(
  cell: LayerCall,
  { features, units, gates, bias }: OperatorWeights,
): GraphValue[] {
  const matrix = (name: string, rows: number) =>
    cell.derivedWeight(name, () => {
      const columns = permuted(cell.weightTensor(name, [rows, gates.length * units]), [1, 0]);
      const ordered = byGate(columns, gates, units * rows);
      return tensor("float32", ordered.data, [1, gates.length * units, rows]);
    });
  const weights = [matrix("kernel", features), matrix("recurrent_kernel", units)];
  if (bias === null) return weights;
  const both = cell.derivedWeight("bias", () => {
    const given = cell.weightTensor("bias", bias);
    const data = new Float32Array(2 * gates.length * units);
    const rows = sizeOf(bias) / (gates.length * units);
    for (let row = 0; row < rows; row++) {
      const at = row * gates.length * units;
      const part = tensor("float32", given.data.subarray(at, at + gates.length * units), [
        gates.length * units,
      ]);
      data.set(byGate(part, gates, units).data, at);
    }
    return tensor("float32", data, [1, data.length]);
  });
  return [...weights, both];
}

/** Blocks in another order. */
function byGate({ data }: Tensor<"float32">, gates: readonly number[], block: number): Tensor<"float32"> {
  const ordered = new Float32Array(data.length);
  gates.forEach((gate, place) => {
    ordered.set(data.subarray(gate * block, (gate + 1) * block), place * block);
  });
  return tensor("float32", ordered, [ordered.length]);
}
