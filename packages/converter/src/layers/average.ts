import { fold } from "../families/fold.js";
import { merge } from "../families/merge.js";

const sum = fold("Add");

/** The mean of all inputs. */
export const average = merge((layer, inputs) =>
  layer.node("Mul", [sum(layer, inputs), layer.scalar("share", 1 / inputs.length)]),
);
