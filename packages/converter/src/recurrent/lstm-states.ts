import { activate } from "../activations.js";
import type { LayerCall } from "../layer-call.js";
import { split } from "../operators/index.js";
import type { GraphValue } from "../value.js";
import { CELL_ACTIVATIONS } from "./operator-activations.js";

/**
 * The new states of a long short-term memory: h, then c.
 *
 * @param sum what its gates are made of, along an axis: input, forget, cell and output
 */
export function lstmStates(cell: LayerCall, sum: GraphValue, c: GraphValue, axis: number): GraphValue[] {
  const [input, forget, candidate, output] = split(cell, sum, axis, 4) as [
    GraphValue,
    GraphValue,
    GraphValue,
    GraphValue,
  ];
  const gate = (x: GraphValue) =>
    activate(cell, x, "recurrent_activation", CELL_ACTIVATIONS.recurrent_activation);
  const bent = (x: GraphValue) => activate(cell, x, "activation", CELL_ACTIVATIONS.activation);
  const kept = cell.node("Mul", [gate(forget), c]);
  const added = cell.node("Mul", [gate(input), bent(candidate)]);
  const next = cell.node("Add", [kept, added]);
  return [cell.node("Mul", [gate(output), bent(next)]), next];
}
