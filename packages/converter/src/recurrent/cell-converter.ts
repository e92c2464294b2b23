import type { AttributeValue } from "@congruent/onnx";
import type { Dimension } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** One of ONNX's own recurrent operators with its weights. */
export interface RecurrentOperator {
  opType: string;
  attributes: Record<string, AttributeValue>;
  /** W, R and, where there is a bias, B. */
  weights: readonly GraphValue[];
}

/** A cell of a layer: its options and weights, and how it becomes nodes. */
export interface Cell {
  call: LayerCall;
  converter: CellConverter;
}

/** How the cells of one class become nodes: what a recurrent layer does at each step. */
export interface CellConverter {
  /** How many axes the layer's input has, batch and time among them. */
  rank: number;
  /** How many states it keeps, all of one shape. What it puts out is the first of the new ones. */
  states: number;
  /** The shape of a state for an input [batch, time, …]. */
  stateShape(cell: LayerCall, x: GraphValue): Dimension[];
  /** States before the first step, where its shape is not known before the model runs. Default: by the batch alone */
  zeros?(cell: LayerCall, x: GraphValue): GraphValue;
  /** ONNX's own operator; null where it cannot compute the same. Default: there is none. */
  operator?(cell: LayerCall, x: GraphValue): RecurrentOperator | null;
  /** What a step needs of the input and not of the states, for all steps at once. Default: the input */
  project?(cell: LayerCall, x: GraphValue): GraphValue;
  /** The states after a step. @param x a slice of what `project` gives */
  step(cell: LayerCall, x: GraphValue, states: readonly GraphValue[]): GraphValue[];
}
