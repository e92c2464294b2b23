import { z } from "zod";
import { METRIC_NAMES, type MetricName, metricDefinition } from "../../metrics.js";

type Score = z.ZodOptional<z.ZodNullable<z.ZodNumber>>;

const shape = Object.fromEntries(
  METRIC_NAMES.map((name) => {
    const [lowest, highest] = metricDefinition(name).range;
    const number = z.number().min(lowest);
    const score = Number.isFinite(highest) ? number.max(highest) : number;
    return [name, score.nullable().optional().describe(metricDefinition(name).description)];
  }),
) as Record<MetricName, Score>;

/**
 * The metrics of an evaluation by their names. Null where a metric is not defined, or where the model does not give what it needs; absent
 * where it says nothing (top-5 accuracy of three classes), and from files that are older than the metric.
 */
export const metricScoresSchema = z.object(shape);
export type MetricScores = z.output<typeof metricScoresSchema>;
