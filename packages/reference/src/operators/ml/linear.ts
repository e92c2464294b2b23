import type { Call, Operators } from "../../call.js";
import { argMax, labelsOf, postTransform, sampleRows, stacked } from "../../scores.js";
import type { Value } from "../../value.js";

/** Coefficients · x + intercept, for as many rows of coefficients as there are. */
function sums(call: Call, x: Float64Array, rows: number): Float64Array {
  const coefficients = call.floatList("coefficients") ?? [];
  const intercepts = call.floatList("intercepts") ?? [];
  return Float64Array.from({ length: rows }, (_, k) => {
    let sum = intercepts[k] ?? 0;
    for (let i = 0; i < x.length; i++) sum += (coefficients[k * x.length + i] as number) * (x[i] as number);
    return sum;
  });
}

function classifier(call: Call): Value[] {
  const labels = labelsOf(call, "classlabels_ints");
  const transform = postTransform(call);
  const samples = sampleRows(call);
  const width = samples[0]?.length ?? 1;
  const rows = (call.floatList("coefficients") ?? []).length / width;
  const scores = samples.map((x) => {
    const raw = sums(call, x, rows);
    // One sum for two classes: the other class has its negative.
    return rows === 1 && labels.count === 2 ? Float64Array.of(-(raw[0] as number), raw[0] as number) : raw;
  });
  const places = scores.map((row) => (row.length === 1 ? Number((row[0] as number) > 0) : argMax(row)));
  return [labels.pick(places), stacked(scores.map(transform), scores[0]?.length ?? rows)];
}

function regressor(call: Call): Value[] {
  const targets = call.int("targets", 1);
  const transform = postTransform(call);
  return [
    stacked(
      sampleRows(call).map((x) => transform(sums(call, x, targets))),
      targets,
    ),
  ];
}

export const linear: Operators = {
  LinearClassifier: { 1: classifier },
  LinearRegressor: { 1: regressor },
};
