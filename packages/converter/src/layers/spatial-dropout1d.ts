import { identity } from "../families/identity.js";

/** Random in training alone. */
export const spatialDropout1d = identity(["rate", "noise_shape", "seed"]);
