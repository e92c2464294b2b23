import {
  type ConvertOptions,
  convertLayersModel,
  type LayersModelSource,
  layerConverters,
} from "@congruent/converter";
import type { ModelProto } from "@congruent/onnx";
import { optimize } from "@congruent/passes";
import { zooConverters } from "@congruent/zoo";
import { asImageClassifier } from "./as-image-classifier.js";

export interface NativeOptions extends ConvertOptions {
  /** Whether it gets the image classifier's interface. Default: false. */
  classifier?: boolean;
}

/**
 * A layers model as ONNX, in this process: no Python, no TensorFlow. The zoo's own layers are known; `layers` adds to them.
 *
 * @throws CongruentError as `convertLayersModel`; `E_MODEL_OUTPUT` for a classifier that is none
 */
export function convertNatively(
  source: LayersModelSource,
  { classifier = false, layers, ...options }: NativeOptions = {},
): ModelProto {
  const known = layers ? layerConverters({ ...zooConverters.members, ...layers.members }) : zooConverters;
  const converted = convertLayersModel(source, { ...options, layers: known });
  return optimize(classifier ? asImageClassifier(converted) : converted).model;
}
