import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError, sizeOf } from "@congruent/core";
import { temporaryFolder, writeJson } from "@congruent/core/files";
import { type Estimator, type FitReport, fitReportSchema } from "@congruent/core/schemas";
import { type Split, writeNpy } from "@congruent/datasets";
import { askPython, type PythonLimits } from "./ask-python.js";
import { fittedPaths } from "./fitted-run.js";
import { pythonName } from "./python-name.js";

export interface FitEstimatorOptions extends PythonLimits {
  estimator: Estimator;
  /** scikit-learn's `random_state`. */
  seed: number;
  /** Images uint8 [n, height, width, channels], flattened and divided by 255 for the fit; every class must occur. */
  train: Split;
  /** What scikit-learn's own predictions are recorded for. */
  test: Split;
  /** How many classes there are. */
  classes: number;
  /** An empty folder, for estimator.joblib, predictions.npz and fit.json, which is written last. */
  out: string;
}

/**
 * Fits one of scikit-learn's estimators in the Python environment `baselines`. Arrays go there as npy files; the fitted model, and
 * what it predicts in float64 for all test images, come back as files.
 *
 * @throws CongruentError `E_PYTHON_ENV` (exit 3) without the environment; `E_ESTIMATOR_PARAMETERS` for values that scikit-learn
 * refuses and `E_FIT_DATA` for images that do not fit them, with its words; `E_FIT_MEMORY`; `E_PYTHON_TIMEOUT`; `E_INTERRUPTED`.
 * @example
 * ```ts no-run
 * const { train, test } = await loadDataset("mnist");
 * const estimator = { name: "kNeighbors", nNeighbors: 3 } as const;
 * const fit = await fitEstimator({ estimator, seed: 42, train, test, classes: 10, out: "knn" });
 * fit.facts; // => { images: 60000 }
 * ```
 */
export async function fitEstimator(options: FitEstimatorOptions): Promise<FitReport> {
  const { estimator, seed, train, test, classes, out } = options;
  if (train.labels.length === 0 || test.labels.length === 0) {
    throw new CongruentError({
      code: "E_FIT_DATA",
      what: `there are ${train.labels.length} training and ${test.labels.length} test images`,
      expected: "at least one of both",
      fix: "correct the recipe's subset",
    });
  }
  const work = await temporaryFolder("fit");
  try {
    await writeFile(join(work, "x_train.npy"), flat(train));
    await writeFile(join(work, "y_train.npy"), labelsOf(train));
    await writeFile(join(work, "x_test.npy"), flat(test));
    const { name, ...parameters } = estimator;
    const job = {
      estimator: pythonName(name),
      parameters: inPython(parameters),
      seed,
      classes,
      data: work,
      out,
    };
    const answer = await askPython("fit.py", work, job, fitReportSchema.omit({ schema: true }), options);
    const report: FitReport = { schema: "congruent/fit@1", ...answer };
    await writeJson(fittedPaths(out).fit, report);
    return report;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function flat({ images }: Split): Uint8Array {
  const [count = 0, ...size] = images.dims;
  return writeNpy({ ...images, dims: [count, sizeOf(size)] });
}

function labelsOf({ labels }: Split): Uint8Array {
  return writeNpy({ data: Int32Array.from(labels), dims: [labels.length], dtype: "int32" });
}

function inPython(parameters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [pythonName(name), value]));
}
