import { CongruentError } from "@congruent/core";
import { outputNames } from "@congruent/layers";
import { fieldName } from "@congruent/run";
import { type LossName, lossNamed } from "../losses/index.js";
import type { Loss, Targets } from "../losses/loss.js";
import { type MetricName, metricNamed } from "../metrics/index.js";
import type { Metric } from "../metrics/metric.js";
import type { LayersModel, Tensor } from "../tensorflow.js";

/**
 * A function of targets and predictions, both [batch, ...], made of tfjs operations: a value for each example
 * or place, or one for the batch. It is recorded once and runs inside the graph.
 */
export type TensorFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** `fromLogits: true` for an output without activation; the loss then applies it, as in Keras. */
export type LossConfig = LossName | { name: LossName; fromLogits?: boolean } | TensorFunction;
export type MetricConfig = MetricName | TensorFunction;

/** One for all outputs, one for each in order, or by the outputs' names. */
export type PerOutput<T> = T | readonly T[] | Readonly<Record<string, T>>;

export interface ObjectiveConfig {
  loss: PerOutput<LossConfig>;
  /** A list; for several outputs a metric or a list for each, in order or by the outputs' names. */
  metrics?:
    | readonly MetricConfig[]
    | readonly (MetricConfig | readonly MetricConfig[])[]
    | Readonly<Record<string, MetricConfig | readonly MetricConfig[]>>;
  /** Factors of the outputs' losses. Default: 1. */
  lossWeights?: readonly number[] | Readonly<Record<string, number>>;
}

/** Loss, metrics and targets of one output of the model. */
export interface OutputObjective {
  name: string;
  loss: Loss;
  /** Whether the output has no activation and the loss applies it. */
  fromLogits: boolean;
  weight: number;
  metrics: readonly Metric[];
  targets: Targets;
}

/** What a training minimizes and reports. */
export interface Objective {
  outputs: readonly OutputObjective[];
  /** What a step reports: `loss`, each output's loss where there are several, and the metrics. */
  names: readonly string[];
}

/**
 * Resolves losses and metrics against the outputs of a model.
 *
 * @throws CongruentError `E_LOSS`, `E_METRIC` for an unknown name or one that the log has already, `E_OUTPUT`
 * for an output that the model lacks.
 */
export function objectiveOf(model: LayersModel, config: ObjectiveConfig): Objective {
  const names = outputNames(model);
  const several = names.length > 1;
  const lossOf = perOutput(names, config.loss, "losses");
  const metricsOf = perOutput<MetricConfig | readonly MetricConfig[]>(
    names,
    (several ? config.metrics : config.metrics && [config.metrics].flatMap(listed)) ?? names.map(() => []),
    "metrics",
  );
  const weightOf = perOutput(names, config.lossWeights ?? 1, "lossWeights");
  const outputs = names.map((name, i): OutputObjective => {
    const { loss, fromLogits } = resolveLoss(lossOf(i));
    const shape = (model.outputs[i]?.shape ?? []).slice(1) as number[];
    return {
      name,
      loss,
      fromLogits,
      weight: weightOf(i),
      metrics: [metricsOf(i)].flat().map((metric) => resolveMetric(metric as MetricConfig)),
      targets: loss.targets(shape),
    };
  });
  const key = (output: string, metric: string) => (several ? fieldName(output, metric) : metric);
  const reported = [
    "loss",
    ...(several ? names.map((name) => key(name, "loss")) : []),
    ...outputs.flatMap(({ name, metrics: of }) => of.map((metric) => key(name, metric.name))),
  ];
  refuseNamesTwice(reported);
  return { outputs, names: reported };
}

/** The fields of every epoch's log besides losses and metrics. */
const LOGGED = ["epoch", "steps", "seconds", "examplesPerSecond", "learningRate"];

/** Two values of the same name would overwrite each other in the log. */
function refuseNamesTwice(names: readonly string[]): void {
  const all = [...LOGGED, ...names.map((name) => fieldName("val", name)), ...names];
  const twice = names.find((name) => all.indexOf(name) !== all.lastIndexOf(name));
  if (twice === undefined) return;
  throw new CongruentError({
    code: "E_METRIC",
    what: `two values of an epoch's log would be called "${twice}"`,
    expected:
      "a name of its own for each metric (a function's own name), different from the fields of the log",
    fix: "give each metric once, and functions names: function meanError(yTrue, yPred) { … }",
  });
}

/** A single output's metrics may be given as a list or as a list of one list. */
function listed(
  metrics: NonNullable<ObjectiveConfig["metrics"]>,
): (MetricConfig | readonly MetricConfig[])[] {
  if (!Array.isArray(metrics)) return Object.values(metrics);
  return [metrics.flat() as MetricConfig[]];
}

function perOutput<T>(names: readonly string[], value: PerOutput<T>, what: string): (index: number) => T {
  if (Array.isArray(value)) {
    if (value.length === names.length) return (i) => value[i] as T;
    throw mismatch(what, `${value.length} are given`, names);
  }
  // A loss written as { name, fromLogits } is one loss, not losses by the names of outputs.
  const isRecord = typeof value === "object" && value !== null && !names.every((name) => name in value);
  if (typeof value !== "object" || (isRecord && "name" in (value as object))) return () => value as T;
  const record = value as Readonly<Record<string, T>>;
  const unknown = Object.keys(record).find((key) => !names.includes(key));
  const missing = names.find((name) => !(name in record));
  if (unknown !== undefined) throw mismatch(what, `there is no output "${unknown}"`, names);
  if (missing !== undefined) throw mismatch(what, `the output "${missing}" has none`, names);
  return (i) => record[names[i] as string] as T;
}

function mismatch(what: string, found: string, names: readonly string[]): CongruentError {
  return new CongruentError({
    code: "E_OUTPUT",
    what: `${what} do not fit the model's outputs: ${found}`,
    expected: `one for each of ${names.join(", ")}`,
    fix: "give one for all, a list in the order of the outputs, or a record by their names",
  });
}

function resolveLoss(config: LossConfig): { loss: Loss; fromLogits: boolean } {
  if (typeof config === "function") return { loss: customLoss(config), fromLogits: false };
  const { name, fromLogits = false } = typeof config === "string" ? { name: config } : config;
  return { loss: lossNamed(name), fromLogits };
}

function customLoss(values: TensorFunction): Loss {
  return {
    name: values.name || "loss",
    activation: null,
    targets: (shape) => ({ dtype: "float32", shape, classes: null }),
    values: (_tf, targets, output) => values(targets, output),
  };
}

function resolveMetric(config: MetricConfig): Metric {
  if (typeof config === "function") {
    const name = config.name || "metric";
    return { name, values: (_tf, { targets, predictions }) => config(targets, predictions()) };
  }
  return metricNamed(config);
}
