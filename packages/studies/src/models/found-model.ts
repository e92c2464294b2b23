import type { RuntimeInBrowser } from "@congruent/core";
import type { Agreement, Environment, EpochLog, Evaluation, FitReport } from "@congruent/core/schemas";

/** What is known of a trained, exported and scored model, wherever it was found. */
export interface FoundModel {
  /** Such as `models/lenet`, relative to the checkout. */
  source: string;
  sha256: string;
  /** Of model.onnx; null where neither the file nor its passport is there. */
  bytes: number | null;
  environment: Environment | null;
  /** None of a classical model. */
  epochs: readonly EpochLog[];
  /** Of a classical model: what scikit-learn says of its fit, and the file against scikit-learn's own predictions. */
  fit: FitReport | null;
  agreement: Agreement | null;
  /** On the test images. */
  evaluation: Evaluation;
  heldOut: Evaluation | null;
  /** One entry for each declared seed that was trained, this model's first. */
  seeds: readonly { seed: number; accuracy: number }[];
  parity: {
    verdict: string;
    cells: readonly (RuntimeInBrowser & { status: string; samples: number })[];
  } | null;
}
