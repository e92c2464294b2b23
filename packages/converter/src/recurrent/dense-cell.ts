/** What the cells whose states are [batch, units] have in common. */
import type { Dimension } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

export function denseStates(cell: LayerCall, x: GraphValue): Dimension[] {
  return [x.shape[0] ?? 1, cell.config.count("units")];
}

export const usesBias = (cell: LayerCall): boolean => cell.config.boolean("use_bias", true);

/** The product of all steps' inputs with the kernel, and the bias. @param gates how many blocks of units it has */
export function denseProjection(
  cell: LayerCall,
  x: GraphValue,
  gates: number,
  bias: GraphValue | null = usesBias(cell) ? cell.weight("bias", [gates * cell.config.count("units")]) : null,
): GraphValue {
  const columns = gates * cell.config.count("units");
  const kernel = cell.weight("kernel", [cell.knownSize(x, -1), columns]);
  const product = cell.node("MatMul", [x, kernel], { shape: [...x.shape.slice(0, -1), columns] });
  return bias ? cell.node("Add", [product, bias]) : product;
}

/** x and the product of a state with the recurrent kernel. */
export function recurrentProduct(cell: LayerCall, x: GraphValue, h: GraphValue, gates: number): GraphValue {
  const units = cell.config.count("units");
  const kernel = cell.weight("recurrent_kernel", [units, gates * units]);
  return cell.node("Add", [x, cell.node("MatMul", [h, kernel], { shape: x.shape })]);
}
