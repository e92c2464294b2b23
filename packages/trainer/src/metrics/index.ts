import { Registry } from "@congruent/core";
import { accuracy } from "./accuracy.js";
import { crossEntropy } from "./cross-entropy.js";
import { meanAbsoluteError } from "./mean-absolute-error.js";
import { meanSquaredError } from "./mean-squared-error.js";
import type { Metric } from "./metric.js";

/** Every metric by name. */
export const metrics = { accuracy, crossEntropy, meanAbsoluteError, meanSquaredError };

export type MetricName = keyof typeof metrics;

const registry = new Registry<Metric>(
  {
    kind: "metric",
    code: "E_METRIC",
    fix: "correct the metric's name, or give a function (yTrue, yPred) => tensor",
  },
  metrics,
);

/** @throws CongruentError `E_METRIC` when there is none of that name. */
export function metricNamed(name: string): Metric {
  return registry.get(name);
}
