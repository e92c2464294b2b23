/** Turns tfjs layers models into ONNX models. Safe in a browser; uses no tfjs. */
export { ACTIVATIONS, activate, activationName } from "./activations.js";
export {
  type ConvertOptions,
  convertLayersModel,
  DEFAULT_OPSET,
  NEWEST_OPSET,
  OLDEST_OPSET,
} from "./convert-layers-model.js";
export type { Dimension } from "./dimensions.js";
export type { LayerCall } from "./layer-call.js";
export type { LayerConfig } from "./layer-config.js";
export { type LayerConverter, layerConverters, passMask } from "./layer-converter.js";
export { distinctNames } from "./model/distinct-names.js";
export { asKeras2, isKeras3, layerNames, weightName } from "./model/keras3.js";
export * from "./operators/index.js";
export { type LayersModelSource, type LiveLayersModel, sourceOfModel } from "./source.js";
export type { GraphValue } from "./value.js";
