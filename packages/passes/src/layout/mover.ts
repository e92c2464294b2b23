/** What an operator must know to work on values whose axes are in another order. */
import type { NodeProto } from "@congruent/onnx";
import type { Scope } from "../scope.js";
import type { Permutation } from "./permutation.js";

/** New weights that a moved node needs. */
export interface Weights {
  /** A constant in another order of axes, after leading axes of size 1 have given it the order's rank; gives its new name. */
  permuted(name: string, order: Permutation): string;
  /** A constant list with one number for each axis, in the order of the axes; gives its new name. */
  permutedList(name: string, order: Permutation): string;
  /** A constant seen under another shape and so permuted; keeps its own shape. Gives its new name. */
  regrouped(name: string, view: (dims: readonly number[]) => readonly number[], order: Permutation): string;
  /** A whole number, int64; gives its name. */
  integer(wish: string, value: number): string;
  /** A list of whole numbers, of the type of another list or int64; gives its name. */
  integers(wish: string, list: readonly number[], like?: string): string;
}

/**
 * A node that can work on permuted values. A label is an order of axes of its value: of the input where it takes axes away, of the output
 * where it adds some.
 */
export interface Movable {
  /** Axes of the label. */
  rank: number;
  /** Positions of the inputs that come in the label's order; all others stay as they are. */
  inputs: readonly number[];
  /** Whether the node can have the label. Default: any. */
  accepts?(label: Permutation): boolean;
  /** The order in which the inputs come. Default: the label. */
  inputOrder?(label: Permutation): Permutation;
  /** The order in which all outputs come. Default: the label. */
  outputOrder?(label: Permutation): Permutation;
  /** A label for which the inputs come in an order; null where there is none. Default: the order. */
  fromInput?(order: Permutation): Permutation | null;
  /** A label for which the outputs come in an order; null where there is none. Default: the order. */
  fromOutput?(order: Permutation): Permutation | null;
  /** The node for a label that is not the identity, with its own inputs and outputs. Default: as it is. */
  rewrite?(label: Permutation, weights: Weights): NodeProto;
  /** The readers of the output, by position in the graph, where it holds other numbers than before and so has a name of its own. */
  others?(label: Permutation, weights: Weights, output: string): ReadonlyMap<number, NodeProto>;
}

/** How an operator moves; null for a node that cannot. */
export type Mover = (node: NodeProto, scope: Scope) => Movable | null;
