import { rm } from "node:fs/promises";
import { temporaryFolder } from "@congruent/core/files";
import type { EstimatorName } from "@congruent/core/schemas";
import { z } from "zod";
import { askPython, type PythonLimits } from "./ask-python.js";
import { pythonName } from "./python-name.js";

/**
 * - `native`: graphs of this package in the standard operator set alone, which every runtime has.
 * - `skl2onnx`: that package's own converters; their operators (ai.onnx.ml) are not in ONNX Runtime's WebGPU build for browsers.
 */
export const converters = ["native", "skl2onnx"] as const;
export type Converter = (typeof converters)[number];

export interface ConvertEstimatorOptions extends PythonLimits {
  name: EstimatorName;
  /** estimator.joblib of a fit. Reading it runs code, as with every pickle: only runs of one's own. */
  fitted: string;
  via: Converter;
  /** Of the images that the estimator was fitted to. */
  height: number;
  width: number;
  channels: number;
  /** The .onnx file to write. */
  out: string;
}

const answerSchema = z.object({
  outputs: z.array(z.enum(["label", "probabilities", "logits", "scores"])),
  versions: z.record(z.string(), z.string()),
});

/**
 * Writes a fitted estimator as an ONNX file with the interface of image classifiers, without a card.
 *
 * @returns its outputs in order, and the versions of what wrote it
 * @throws CongruentError as `fitEstimator`
 */
export async function convertEstimator(
  options: ConvertEstimatorOptions,
): Promise<z.output<typeof answerSchema>> {
  const { name, fitted, via, height, width, channels, out } = options;
  const work = await temporaryFolder("convert");
  try {
    const job = { estimator: pythonName(name), fitted, via, height, width, channels, out };
    return await askPython("convert.py", work, job, answerSchema, options);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
