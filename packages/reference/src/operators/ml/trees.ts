import type { Call, Operators } from "../../call.js";
import { type Forest, flatForestOf, floatsOrTensor, forestOf, reach } from "../../forest.js";
import { argMax, labelsOf, postTransform, sampleRows, stacked } from "../../scores.js";
import type { Value } from "../../value.js";

interface Aggregation {
  start: number;
  join: (so: number, weight: number) => number;
}

const aggregations: Readonly<Record<string, Aggregation>> = {
  SUM: { start: 0, join: (so, weight) => so + weight },
  AVERAGE: { start: 0, join: (so, weight) => so + weight },
  MIN: { start: Number.POSITIVE_INFINITY, join: Math.min },
  MAX: { start: Number.NEGATIVE_INFINITY, join: Math.max },
};

interface Totals {
  targets: number;
  name: string;
  base: readonly number[];
}

/** What all trees together give a sample. A target that no leaf spoke of has its base alone. */
function totals(call: Call, forest: Forest, { targets, name, base }: Totals): Float64Array[] {
  const { start, join } =
    aggregations[name] ?? call.refuse(`it knows no aggregation ${name}`, "E_NODE_ATTRIBUTE");
  const share = name === "AVERAGE" ? 1 / forest.roots.length : 1;
  return sampleRows(call).map((x) => {
    const sums = new Float64Array(targets).fill(start);
    reach(forest, x, ({ target, weight }) => {
      sums[target] = join(sums[target] as number, weight);
    });
    return sums.map((sum, k) => (Number.isFinite(sum) ? sum * share : 0) + (base[k] ?? 0));
  });
}

/**
 * Two classes whose leaves give one alone are one sum: 1 − s and s where all weights are positive (they are probabilities),
 * else −s and s. The label is the second where s is above ½ or above 0.
 */
function classifier(call: Call): Value[] {
  const labels = labelsOf(call, "classlabels_int64s");
  const transform = postTransform(call);
  const ids = new Set(call.ints("class_ids") ?? []);
  const base = floatsOrTensor(call, "base_values");
  const forest = forestOf(call, "class");
  const binary = labels.count === 2 && ids.size === 1;
  const sums = totals(call, forest, { targets: labels.count, name: "SUM", base: binary ? [] : base });
  if (!binary) {
    return [labels.pick(sums.map(argMax)), stacked(sums.map(transform), labels.count)];
  }
  const [only = 0] = ids;
  const positive = floatsOrTensor(call, "class_weights").every((weight) => weight >= 0);
  const ones = sums.map((row) => (row[only] as number) + (base[base.length === 2 ? 1 : 0] ?? 0));
  const places = ones.map((s) => Number(s > (positive ? 0.5 : 0)));
  const rows = ones.map((s) => (positive ? Float64Array.of(1 - s, s) : transform(Float64Array.of(-s, s))));
  return [labels.pick(places), stacked(rows, 2)];
}

function regressor(call: Call): Value[] {
  const targets = call.int("n_targets", 1);
  const transform = postTransform(call);
  const name = call.string("aggregate_function", "SUM");
  const base = floatsOrTensor(call, "base_values");
  const sums = totals(call, forestOf(call, "target"), { targets, name, base });
  return [stacked(sums.map(transform), targets)];
}

const names = ["AVERAGE", "SUM", "MIN", "MAX"];
const transforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"];

/** The form of ONNX-ML 5: numbers instead of names, and the type of the input. */
function ensemble(call: Call): Value[] {
  const targets = call.int("n_targets", 1);
  const name = names[call.int("aggregate_function", 1)] ?? "SUM";
  if (call.int("post_transform", 0) !== 0) {
    call.refuse(
      `post_transform ${transforms[call.int("post_transform", 0)]} is not computed here`,
      "E_NODE_ATTRIBUTE",
    );
  }
  const sums = totals(call, flatForestOf(call), { targets, name, base: [] });
  return [{ ...stacked(sums, targets), dtype: call.input(0).dtype }];
}

export const trees: Operators = {
  TreeEnsemble: { 5: ensemble },
  TreeEnsembleClassifier: { 1: classifier },
  TreeEnsembleRegressor: { 1: regressor },
};
