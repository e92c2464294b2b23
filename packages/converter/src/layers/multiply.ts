import { fold } from "../families/fold.js";
import { merge } from "../families/merge.js";

/** The product of all inputs. */
export const multiply = merge(fold("Mul"));
