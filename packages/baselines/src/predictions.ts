import { readFile } from "node:fs/promises";
import { CongruentError, type Tensor } from "@congruent/core";
import { readNpz } from "@congruent/datasets";

/** What scikit-learn itself predicted for the test images of a run. */
export interface Predictions {
  /** [n] */
  labels: BigInt64Array;
  /** [n]: how far each decision is from another one, in what fit.json says. */
  margins: Float64Array;
  /** By output, each float64 [n, classes]: probabilities, logits, scores. */
  scores: Record<string, Tensor<"float64">>;
}

/** Reads predictions.npz. @throws CongruentError `E_PREDICTIONS` for arrays that are not there or do not fit together */
export async function readPredictions(path: string): Promise<Predictions> {
  const { label, margin, ...scores } = readNpz(new Uint8Array(await readFile(path)), { name: path });
  const count = label?.data.length;
  const fits = Object.values(scores).every(({ dtype, dims }) => dtype === "float64" && dims[0] === count);
  if (label?.dtype !== "int64" || margin?.dtype !== "float64" || margin.data.length !== count || !fits) {
    throw new CongruentError({
      code: "E_PREDICTIONS",
      what: `${path} does not hold the predictions of a fit`,
      expected: "label int64 [n], margin float64 [n], and scores float64 [n, classes]",
      fix: "train again",
    });
  }
  return {
    labels: label.data,
    margins: margin.data,
    scores: scores as Record<string, Tensor<"float64">>,
  };
}
