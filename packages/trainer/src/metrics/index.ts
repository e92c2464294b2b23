import { accuracy } from "./accuracy.js";
import { crossEntropy } from "./cross-entropy.js";
import { meanAbsoluteError } from "./mean-absolute-error.js";
import { meanSquaredError } from "./mean-squared-error.js";

/** Every metric by name. */
export const metrics = { accuracy, crossEntropy, meanAbsoluteError, meanSquaredError };

export type MetricName = keyof typeof metrics;
