import { type ConvertOptions, convertLayersModel, type LayersModelSource } from "@congruent/converter";
import type { ModelProto } from "@congruent/onnx";
import { optimize } from "@congruent/passes";
import { asImageClassifier } from "./as-image-classifier.js";

export interface NativeOptions extends ConvertOptions {
  /** Whether it gets the image classifier's interface. Default: false. */
  classifier?: boolean;
}

/**
 * A layers model as ONNX, in this process: no Python, no TensorFlow.
 *
 * @throws CongruentError as `convertLayersModel`; `E_MODEL_OUTPUT` for a classifier that is none
 */
export function convertNatively(
  source: LayersModelSource,
  { classifier = false, ...options }: NativeOptions = {},
): ModelProto {
  const converted = convertLayersModel(source, options);
  return optimize(classifier ? asImageClassifier(converted) : converted).model;
}
