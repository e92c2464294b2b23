import { fold } from "../families/fold.js";
import { merge } from "../families/merge.js";

/** The smallest of all inputs, element by element. */
export const minimum = merge(fold("Min"));
