/** Every operator that can work on permuted values, by name. */
import type { Mover } from "../mover.js";
import { alongAxis } from "./along-axis.js";
import { byAxes } from "./axes.js";
import { batchNormalization } from "./batch-normalization.js";
import { elementwise } from "./elementwise.js";
import { flatten } from "./flatten.js";
import { sizes } from "./sizes.js";

export const movers: Readonly<Record<string, Mover>> = {
  ...elementwise,
  ...alongAxis,
  ...byAxes,
  ...batchNormalization,
  ...sizes,
  ...flatten,
};
