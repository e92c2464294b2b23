import { identity } from "../families/identity.js";

/** Random in training alone. */
export const dropout = identity(["rate", "noise_shape", "seed"]);
