import { identity } from "../families/identity.js";

/** Random in training alone. */
export const alphaDropout = identity(["rate", "noise_shape", "seed"]);
