import type { ParityCell } from "@congruent/core";
import type { Tensors } from "./run-batches.js";

/** Samples whose label differs from the golden one; null for a model without an int64 output `label`. */
export function decisionsOf(golden: Tensors, observed: Tensors): ParityCell["decisions"] {
  const before = golden.label;
  const now = observed.label;
  if (before?.dtype !== "int64" || now?.dtype !== "int64") return null;
  const samples = before.data.length;
  const list = Array.from(before.data, (label, sample) => ({
    sample,
    baseline: Number(label),
    observed: Number(now.data[sample]),
    truth: null,
    margin: marginOf(golden, sample),
  })).filter((decision) => decision.baseline !== decision.observed);
  return { samples, flips: list.length, list };
}

/** Highest minus second highest probability or score: small for a near tie. */
function marginOf(golden: Tensors, sample: number): number | null {
  const values = golden.probabilities ?? golden.logits ?? golden.scores;
  if (values?.dtype !== "float32") return null;
  const classes = values.dims[1] ?? 0;
  const [first, second] = values.data.slice(sample * classes, (sample + 1) * classes).sort((a, b) => b - a);
  return first === undefined || second === undefined ? null : first - second;
}
