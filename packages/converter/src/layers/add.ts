import { fold } from "../families/fold.js";
import { merge } from "../families/merge.js";

/** The sum of all inputs. */
export const add = merge(fold("Add"));
