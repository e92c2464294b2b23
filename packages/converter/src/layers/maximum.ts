import { fold } from "../families/fold.js";
import { merge } from "../families/merge.js";

/** The largest of all inputs, element by element. */
export const maximum = merge(fold("Max"));
