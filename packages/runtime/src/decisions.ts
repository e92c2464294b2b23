import { type Tensor, wilsonInterval } from "@congruent/core/essentials";
import type { ParityCell } from "@congruent/core/schemas";

type Tensors = Record<string, Tensor>;

/** How many labels differ, and which. */
export type Decisions = NonNullable<ParityCell["decisions"]>;

/** Outputs that rank the classes, the best known first. */
const SCORES = ["probabilities", "logits", "scores"] as const;

/** The output by whose largest value a class is chosen, or null where a model has none. */
export function scoresOf(outputs: Tensors): { name: string; scores: Tensor<"float32"> } | null {
  for (const name of SCORES) {
    const scores = outputs[name];
    if (scores?.dtype === "float32" && scores.dims.length === 2) return { name, scores };
  }
  return null;
}

/**
 * The outputs with a `label`: where a runtime gives scores alone (a source model does), the position of the largest, the first of
 * equals, as ONNX's ArgMax takes it.
 */
export function withLabel(outputs: Tensors): Tensors {
  const found = outputs.label ? null : scoresOf(outputs);
  if (!found) return outputs;
  const [samples = 0, classes = 0] = found.scores.dims;
  const label = BigInt64Array.from({ length: samples }, (_, sample) => {
    const row = found.scores.data.subarray(sample * classes, (sample + 1) * classes);
    return BigInt(row.reduce((best, value, index) => (value > (row[best] as number) ? index : best), 0));
  });
  return { ...outputs, label: { dtype: "int64", dims: [samples], data: label } };
}

/**
 * Samples whose label differs from the baseline's, each with the baseline's margin; null for models that decide nothing.
 *
 * @param labels the right label of every sample
 */
export function decisionsOf(
  baseline: Tensors,
  observed: Tensors,
  labels?: ArrayLike<number>,
): Decisions | null {
  const expected = baseline.label;
  const got = observed.label;
  if (expected?.dtype !== "int64" || got?.dtype !== "int64" || expected.data.length !== got.data.length)
    return null;
  const scores = scoresOf(baseline)?.scores;
  const list = Array.from(expected.data).flatMap((value, sample) => {
    const other = got.data[sample] as bigint;
    if (value === other) return [];
    return [
      {
        sample,
        baseline: Number(value),
        observed: Number(other),
        label: labels?.[sample] ?? null,
        margin: scores ? marginOf(scores, sample) : null,
      },
    ];
  });
  const samples = expected.data.length;
  return {
    samples,
    flips: list.length,
    list,
    interval: wilsonInterval(list.length, samples),
    perClass: perClass(expected.data, list),
    ...(labels
      ? { correct: { baseline: hits(expected.data, labels), observed: hits(got.data, labels) } }
      : {}),
  };
}

function perClass(predicted: BigInt64Array, flips: Decisions["list"]): NonNullable<Decisions["perClass"]> {
  const flipped = [...new Set(flips.map(({ baseline }) => baseline))].sort((a, b) => a - b);
  return flipped.map((label) => ({
    label,
    samples: predicted.reduce((count, each) => count + (Number(each) === label ? 1 : 0), 0),
    flips: flips.filter(({ baseline }) => baseline === label).length,
  }));
}

function hits(predicted: BigInt64Array, labels: ArrayLike<number>): number {
  return predicted.reduce((count, label, sample) => count + (Number(label) === labels[sample] ? 1 : 0), 0);
}

function marginOf({ data, dims }: Tensor<"float32">, sample: number): number | null {
  const classes = dims[1] ?? 0;
  let [best, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data.subarray(sample * classes, (sample + 1) * classes)) {
    if (value > best) [best, second] = [value, best];
    else if (value > second) second = value;
  }
  const margin = best - second;
  return Number.isFinite(margin) ? margin : null;
}
