import { identity } from "../families/identity.js";

/** Random in training alone. */
export const gaussianNoise = identity(["stddev", "seed"]);
