import { identity } from "../families/identity.js";

/** Random in training alone. */
export const gaussianDropout = identity(["rate", "seed"]);
