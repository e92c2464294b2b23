import type { Layer } from "../every-layer.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";
import type { Draws } from "./training-call.js";

/** A cell of a recurrent layer. What it drops inputs and states by is made at the first time step of a call and serves all of them. */
type Cell = Layer & {
  /** Makes a mask: `ones` with a share of `rate` set to zero and the rest scaled up. Without it, tfjs draws in JavaScript. */
  dropoutFunc?: ((ones: Tensor, rate: number) => Tensor) | null | undefined;
  dropoutMask?: Tensor | Tensor[] | null;
  recurrentDropoutMask?: Tensor | Tensor[] | null;
};

/**
 * Has a cell make its masks from draws of ours, until the returned function is called. A function of the user's own stays.
 *
 * @param drawsOfMask what the cell's next mask is drawn from: one for each gate, of inputs and of states, in each call
 */
export function drawingMasks(tf: TensorFlow, cell: Cell, drawsOfMask: () => Draws): () => void {
  const before = cell.dropoutFunc;
  if (before) return () => undefined;
  cell.dropoutFunc = (ones, rate) => {
    const kept = tf.greaterEqual(drawsOfMask().uniform(ones.shape), rate);
    return tf.mul(tf.cast(kept, "float32"), 1 / (1 - rate));
  };
  return () => {
    cell.dropoutFunc = before;
  };
}

/** Has cells make their masks anew in the next call, which tfjs forgets where they were given to a layer: `rnn({ cell })`. */
export function forgetMasks(tf: TensorFlow, cells: readonly Cell[]): void {
  for (const cell of cells) {
    for (const name of ["dropoutMask", "recurrentDropoutMask"] as const) {
      tf.dispose(cell[name] ?? []);
      if (cell[name]) cell[name] = null;
    }
  }
}
