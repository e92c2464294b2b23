import type { Metric } from "./metric.js";

/** The loss without regularization terms and weights. */
export const crossEntropy: Metric = { name: "crossEntropy", values: (_tf, { losses }) => losses };
