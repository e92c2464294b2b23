import type { Layer } from "../model/every-layer.js";
import { replaceProperty } from "../model/replace-property.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";
import { maskOf } from "./dropout.js";
import type { Draws } from "./training-call.js";

/** A cell of a recurrent layer. The masks that it drops inputs and states by are made at the first time step of a call and serve all of them. */
type Cell = Layer & {
  /** Makes a mask from ones. Without it, tfjs draws in JavaScript. It is not asked at a rate of 1, at which tfjs drops nothing. */
  dropoutFunc?: ((ones: Tensor, rate: number) => Tensor) | null | undefined;
};

/**
 * Has a cell make its masks from draws of ours, until the returned function is called. A function that the user set is kept.
 *
 * @param drawsOfMask what the cell's next mask is drawn from: one for each gate, of inputs and of states, in each call
 */
export function drawingMasks(tf: TensorFlow, cell: Cell, drawsOfMask: () => Draws): () => void {
  if (cell.dropoutFunc) return () => undefined;
  return replaceProperty(cell, "dropoutFunc", ({ shape }, rate) => maskOf(tf, drawsOfMask(), shape, rate));
}
