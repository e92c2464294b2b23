import type { EstimatorName } from "@congruent/core/schemas";

/**
 * Estimators whose scores count votes. They jump by a whole vote where a decision between two classes, the winner often not among them,
 * is within rounding of 0: what two correct runtimes have in common are the labels.
 */
export const VOTING: ReadonlySet<EstimatorName> = new Set<EstimatorName>(["svc"]);
